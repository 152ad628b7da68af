// Which network: one record, given at run time, so that one build serves every network.
import type { Deployment, DomainContext } from '@x4pn/contracts'
import Type from 'typebox'
import { Value } from 'typebox/value'
import { createPublicClient, fallback, http, type PublicClient } from 'viem'
import { EngineError } from './errors.ts'
import { isApiUrl } from './urls.ts'

export type Network = {
  chainId: number
  /** In order of preference; the next one is asked when one fails. */
  rpcUrls: string[]
  /** May be empty: the registry itself can be read. */
  subgraphUrls: string[]
  deployment: Deployment
}

const Address = Type.String({ pattern: '^0x[0-9a-fA-F]{40}$' })
const NetworkSchema = Type.Object({
  chainId: Type.Integer({ minimum: 1 }),
  rpcUrls: Type.Array(Type.String(), { minItems: 1, maxItems: 16 }),
  subgraphUrls: Type.Array(Type.String(), { maxItems: 16 }),
  deployment: Type.Object({
    chainId: Type.Integer({ minimum: 1 }),
    sessions: Address,
    registry: Address,
    token: Address,
    decimals: Type.Integer({ minimum: 0, maximum: 18 }),
    x4pn: Address,
    rewards: Address,
    authority: Address,
    startBlock: Type.Integer({ minimum: 0 }),
  }),
})

/** Reads a record from outside: a settings file, a link. */
export function parseNetwork(value: unknown): Network {
  if (!Value.Check(NetworkSchema, value)) {
    const [error] = Value.Errors(NetworkSchema, value)
    throw new EngineError('NETWORK_INVALID', { details: error && `${error.instancePath} ${error.message}` })
  }
  const network = value as Network
  if (network.chainId !== network.deployment.chainId) {
    throw new EngineError('NETWORK_INVALID', { details: `chain ${network.chainId} or ${network.deployment.chainId}?` })
  }
  const bad = [...network.rpcUrls, ...network.subgraphUrls].find((url) => !isApiUrl(url, { query: true }))
  if (bad !== undefined) throw new EngineError('NETWORK_INVALID', { details: bad })
  return network
}

/** Reads the chain through the network's RPC endpoints, the first that answers. */
export function publicClientFor(network: Network): PublicClient {
  return createPublicClient({ transport: fallback(network.rpcUrls.map((url) => http(url))), pollingInterval: 1_000 })
}

/** The EIP-712 domain of the sessions contract. */
export function sessionsContext(deployment: Pick<Deployment, 'chainId' | 'sessions'>): DomainContext {
  return { chainId: deployment.chainId, contract: deployment.sessions }
}

// Verified before trusted: what a node says about itself, against the chain.
import { type Deployment, exitPolicyHash, nodeCommitment, nodeTypes, sessionsDomain } from '@x4pn/contracts'
import type { NodeInfo } from '@x4pn/gateway-api'
import { type Address, type Hash, hashTypedData, isAddressEqual, type PublicClient } from 'viem'
import { EngineError, type EngineErrorCode, NodeMismatchError } from './errors.ts'
import { type GatewayClientOptions, gatewayClient } from './gateway-client.ts'
import { sessionsContext } from './network.ts'
import { isSignedBy } from './recover-signer.ts'
import { type ListedNode, readNode } from './registry.ts'

export type VerifyNodeOptions = Omit<GatewayClientOptions, 'apiUrl'> & {
  client: PublicClient
  deployment: Deployment
  node: Address
  /** Unix milliseconds. */
  now?: () => number
}

/** A node whose statement was found true. */
export type VerifiedNode = { listed: ListedNode; info: NodeInfo }

/** Reads the record from the chain, asks the node at the URL in it, and compares. */
export async function verifyNode(options: VerifyNodeOptions): Promise<VerifiedNode> {
  const { client, deployment, node, now = Date.now, ...http } = options
  const listed = await readNode(client, deployment, node)
  if (listed.retired) throw new EngineError('NODE_RETIRED', { details: node })
  const info = await gatewayClient({ ...http, apiUrl: listed.apiUrl }).info()
  await checkStatement(info, listed, deployment, now())
  return { listed, info }
}

/** Throws a `NodeMismatchError` at the first point that is not as the chain has it. */
export async function checkStatement(
  info: NodeInfo,
  listed: ListedNode,
  deployment: Deployment,
  now: number,
): Promise<void> {
  const same = (code: EngineErrorCode, stated: unknown, expected: unknown) => {
    if (stated !== expected) throw new NodeMismatchError(code, stated, expected)
  }
  const sameAddress = (code: EngineErrorCode, stated: Address, expected: Address) => {
    if (!isAddressEqual(stated, expected)) throw new NodeMismatchError(code, stated, expected)
  }
  sameAddress('NODE_ID_MISMATCH', info.node, listed.node)
  same('NODE_CHAIN_MISMATCH', info.chainId, deployment.chainId)
  sameAddress('NODE_SESSIONS_MISMATCH', info.sessions, deployment.sessions)
  sameAddress('NODE_REGISTRY_MISMATCH', info.registry, deployment.registry)
  same('NODE_API_URL_MISMATCH', info.apiUrl, listed.apiUrl)
  same('NODE_PRICE_MISMATCH', BigInt(info.pricePerGiB), listed.pricePerGiB)
  same('NODE_PRICE_MISMATCH', BigInt(info.pricePerHour), listed.pricePerHour)
  same('NODE_COMMITMENT_MISMATCH', exitPolicyHash(info.exitPolicy), info.exitPolicyHash)
  const commitment = nodeCommitment(info.wireguardKey, info.exitPolicyHash)
  same('NODE_COMMITMENT_MISMATCH', commitment, listed.commitment.toLowerCase())
  if (info.expiry * 1000 <= now) throw new NodeMismatchError('NODE_STATEMENT_EXPIRED', info.expiry, `> ${now / 1000}`)
  if (!(await isSignedBy(listed.node, hashStatement(info, deployment), info.signature))) {
    throw new NodeMismatchError('NODE_SIGNATURE_INVALID', info.signature, listed.node)
  }
}

function hashStatement(info: NodeInfo, deployment: Deployment): Hash {
  return hashTypedData({
    domain: sessionsDomain(sessionsContext(deployment)),
    types: nodeTypes,
    primaryType: 'NodeStatement',
    message: {
      node: info.node,
      registry: info.registry,
      apiUrl: info.apiUrl,
      wireguardKey: info.wireguardKey,
      wireguardEndpoint: info.wireguardEndpoint,
      pricePerGiB: BigInt(info.pricePerGiB),
      pricePerHour: BigInt(info.pricePerHour),
      allowance: BigInt(info.allowance),
      minimumDeposit: BigInt(info.minimumDeposit),
      relayFee: BigInt(info.relayFee),
      exitPolicyHash: info.exitPolicyHash,
      expiry: info.expiry,
    },
  })
}

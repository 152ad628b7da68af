// The token's own EIP-712 domain, which its authorizations are signed in.

import type { Deployment } from '@x4pn/contracts'
import {
  type Address,
  BaseError,
  domainSeparator,
  HttpRequestError,
  isAddressEqual,
  type PublicClient,
  parseAbi,
  TimeoutError,
  type TypedDataDomain,
} from 'viem'
import { EngineError } from '../errors.ts'

const tokenAbi = parseAbi([
  'function name() view returns (string)',
  'function version() view returns (string)',
  'function DOMAIN_SEPARATOR() view returns (bytes32)',
])

/** From EIP-5267 where the token has it, else as USDC tells it. Compared with the token's separator: never guessed. */
export async function readTokenDomain(client: PublicClient, deployment: Deployment): Promise<TypedDataDomain> {
  const { token, chainId } = deployment
  const read = (functionName: 'name' | 'version' | 'DOMAIN_SEPARATOR') =>
    client.readContract({ address: token, abi: tokenAbi, functionName })
  try {
    const { name, version } = await nameAndVersion(client, token, read)
    const domain = { name, version, chainId, verifyingContract: token }
    if (domainSeparator({ domain }) === (await read('DOMAIN_SEPARATOR'))) return domain
  } catch (cause) {
    // A silent endpoint says nothing about the token.
    const silent =
      cause instanceof BaseError &&
      cause.walk((error) => error instanceof HttpRequestError || error instanceof TimeoutError)
    throw new EngineError(silent ? 'CHAIN_UNREACHABLE' : 'TOKEN_UNSUPPORTED', { details: token, cause })
  }
  throw new EngineError('TOKEN_UNSUPPORTED', { details: `${token} has another domain separator` })
}

async function nameAndVersion(
  client: PublicClient,
  token: Address,
  read: (name: 'name' | 'version') => Promise<string>,
) {
  try {
    const { domain } = await client.getEip712Domain({ address: token })
    if (domain.name && domain.version && isAddressEqual(domain.verifyingContract, token)) return domain
  } catch {
    // USDC has no eip712Domain().
  }
  const [name, version] = await Promise.all([read('name'), read('version')])
  return { name, version }
}

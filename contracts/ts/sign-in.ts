// The format of a sign-in (EIP-4361): which strings bind the node, the stream and the WireGuard key.
import { type Address, getAddress, type Hash, type Hex, isAddress, isHash, isHex } from 'viem'

export type SignInAction = 'join' | 'leave'

/** What a sign-in is about. `wireguardKey` (32 bytes, hex) is there exactly when joining. */
export type SignInBinding =
  | { action: 'join'; node: Address; stream: Hash; wireguardKey: Hex }
  | { action: 'leave'; node: Address; stream: Hash }

/** The longest life of a sign-in, seconds. */
export const SIGN_IN_LIFETIME = 600

/** The sentence a wallet shows; no other is accepted. */
export const signInStatements: Record<SignInAction, string> = {
  join: 'Connect to this X4PN node. This sends no transaction and moves no money.',
  leave: 'Leave this X4PN node. The unspent deposit is refunded.',
}

const prefix = 'urn:x4pn'

/** The `resources` of a sign-in, in this order and no others. */
export function signInResources(binding: SignInBinding): string[] {
  const resources = [
    `${prefix}:action:${binding.action}`,
    `${prefix}:node:${getAddress(binding.node)}`,
    `${prefix}:stream:${binding.stream.toLowerCase()}`,
  ]
  if (binding.action === 'join') resources.push(`${prefix}:wireguard:${binding.wireguardKey.toLowerCase()}`)
  return resources
}

/** Reads the resources back. Undefined when one is missing, unknown, doubled, malformed or out of order. */
export function parseSignInResources(resources: readonly string[]): SignInBinding | undefined {
  const values = resources.map((resource) => resource.split(':'))
  const names = values.map(([urn, x4pn, name]) => (`${urn}:${x4pn}` === prefix ? name : undefined)).join(' ')
  if (values.some((parts) => parts.length !== 4)) return undefined
  const [action, node, stream, wireguardKey] = values.map((parts) => parts[3])
  if (!node || !isAddress(node) || !stream || !isHash(stream)) return undefined
  if (action === 'leave' && names === 'action node stream') return { action, node, stream }
  if (action !== 'join' || names !== 'action node stream wireguard') return undefined
  if (!wireguardKey || !isHex(wireguardKey) || wireguardKey.length !== 66) return undefined
  return { action, node, stream, wireguardKey }
}

// What an exit lets through, as a node publishes it, and the registry's commitment to it.
import { concatHex, type Hash, type Hex, keccak256, stringToHex } from 'viem'

/** Ports as nft writes them: `443`, `6881-6999`. */
export type ExitPolicy = {
  /** IPv4 ranges that nobody reaches, as CIDR. */
  blocked4: string[]
  blocked6: string[]
  /** What passes at all: nothing beside these. */
  protocols: string[]
  /** Empty: all ports but the blocked ones. */
  allowedTcpPorts: string[]
  allowedUdpPorts: string[]
  /** Blocked whatever is allowed. */
  blockedTcpPorts: string[]
  blockedUdpPorts: string[]
}

/** keccak256 of the policy as JSON without spaces, keys in the order of the type. */
export function exitPolicyHash(policy: ExitPolicy): Hash {
  const { blocked4, blocked6, protocols, allowedTcpPorts, allowedUdpPorts, blockedTcpPorts, blockedUdpPorts } = policy
  const ordered = { blocked4, blocked6, protocols, allowedTcpPorts, allowedUdpPorts, blockedTcpPorts, blockedUdpPorts }
  return keccak256(stringToHex(JSON.stringify(ordered)))
}

/** What the registry holds: keccak256(WireGuard public key, hash of the exit policy). */
export function nodeCommitment(wireguardKey: Hex, policyHash: Hash): Hash {
  return keccak256(concatHex([wireguardKey, policyHash]))
}

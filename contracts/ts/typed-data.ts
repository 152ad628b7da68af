// Every EIP-712 message of the protocol: one type, one meaning. Addresses are 20 bytes, money is token base units.
import type { Address, Hex, TypedDataDomain } from 'viem'

/** What ties a signature to one chain and one contract. */
export type DomainContext = { chainId: number; contract: Address }

/** Domain of `X4PNVpnSessions`, and of everything that nodes and session keys sign off chain. */
export function sessionsDomain({ chainId, contract }: DomainContext) {
  return { name: 'X4PN Sessions', version: '1', chainId, verifyingContract: contract } satisfies TypedDataDomain
}

/** Domain of `X4PNNodeRegistry`. */
export function registryDomain({ chainId, contract }: DomainContext) {
  return { name: 'X4PN Registry', version: '1', chainId, verifyingContract: contract } satisfies TypedDataDomain
}

/** Messages that `X4PNVpnSessions` verifies. */
export const sessionsTypes = {
  Receipt: [
    { name: 'user', type: 'address' },
    { name: 'node', type: 'address' },
    { name: 'cumulative', type: 'uint96' },
    { name: 'rate', type: 'uint64' },
    { name: 'start', type: 'uint40' },
    { name: 'until', type: 'uint40' },
  ],
  Release: [
    { name: 'user', type: 'address' },
    { name: 'node', type: 'address' },
    { name: 'sessionKey', type: 'address' },
    { name: 'maxClaim', type: 'uint96' },
    { name: 'deposit', type: 'uint96' },
    { name: 'deadline', type: 'uint40' },
  ],
  Stop: [
    { name: 'user', type: 'address' },
    { name: 'node', type: 'address' },
    { name: 'sessionKey', type: 'address' },
  ],
  OpenIntent: [
    { name: 'user', type: 'address' },
    { name: 'node', type: 'address' },
    { name: 'sessionKey', type: 'address' },
    { name: 'deposit', type: 'uint96' },
    { name: 'relayFee', type: 'uint96' },
    { name: 'feeTo', type: 'address' },
  ],
  OpenFromBalance: [
    { name: 'user', type: 'address' },
    { name: 'node', type: 'address' },
    { name: 'sessionKey', type: 'address' },
    { name: 'deposit', type: 'uint96' },
    { name: 'relayFee', type: 'uint96' },
    { name: 'feeTo', type: 'address' },
    { name: 'deadline', type: 'uint40' },
  ],
  DepositIntent: [
    { name: 'from', type: 'address' },
    { name: 'user', type: 'address' },
    { name: 'amount', type: 'uint256' },
    { name: 'salt', type: 'bytes32' },
  ],
  WithdrawIntent: [
    { name: 'user', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'amount', type: 'uint96' },
    { name: 'relayFee', type: 'uint96' },
    { name: 'feeTo', type: 'address' },
    { name: 'deadline', type: 'uint40' },
    { name: 'salt', type: 'bytes32' },
  ],
} as const

/** Messages that `X4PNNodeRegistry` verifies. */
export const registryTypes = {
  NodeConsent: [
    { name: 'node', type: 'address' },
    { name: 'operator', type: 'address' },
    { name: 'deadline', type: 'uint40' },
  ],
} as const

/** Messages that a node key signs for clients, in the sessions contract's domain. No contract reads them. */
export const nodeTypes = {
  /** What a node offers; `GET /v1/info`. `expiry` is a Unix second. */
  NodeStatement: [
    { name: 'node', type: 'address' },
    { name: 'registry', type: 'address' },
    { name: 'apiUrl', type: 'string' },
    { name: 'wireguardKey', type: 'bytes32' },
    { name: 'wireguardEndpoint', type: 'string' },
    { name: 'pricePerGiB', type: 'uint96' },
    { name: 'pricePerHour', type: 'uint96' },
    { name: 'allowance', type: 'uint96' },
    { name: 'minimumDeposit', type: 'uint96' },
    { name: 'relayFee', type: 'uint96' },
    { name: 'exitPolicyHash', type: 'bytes32' },
    { name: 'expiry', type: 'uint40' },
  ],
  /** The addresses that belong to a stream at this node, so that a client can bring them back. */
  Assignment: [
    { name: 'stream', type: 'bytes32' },
    { name: 'wireguardKey', type: 'bytes32' },
    { name: 'address4', type: 'string' },
    { name: 'address6', type: 'string' },
    { name: 'signedAt', type: 'uint40' },
  ],
  /** The node's own count for a stream: bytes both ways, and what they cost. */
  Counters: [
    { name: 'stream', type: 'bytes32' },
    { name: 'usedBytes', type: 'uint64' },
    { name: 'owed', type: 'uint96' },
    { name: 'lastHandshake', type: 'uint40' },
    { name: 'signedAt', type: 'uint40' },
  ],
  /** From which address the caller came; `GET /v1/echo`. */
  Echo: [
    { name: 'node', type: 'address' },
    { name: 'caller', type: 'string' },
    { name: 'nonce', type: 'string' },
    { name: 'signedAt', type: 'uint40' },
  ],
} as const

/** Signature of EIP-2098: r (32) and s with the parity in its top bit (32). */
export type CompactSignature = Hex

// EIP-3009 authorizations to `X4PNVpnSessions`: their nonce is the hash of the intent, so they serve nothing else.
import { type Address, type Hash, type Hex, hashStruct } from 'viem'
import { sessionsTypes } from './typed-data.ts'

export type OpenIntent = {
  user: Address
  node: Address
  sessionKey: Address
  /** Token base units. The authorization's value is deposit + relayFee. */
  deposit: bigint
  relayFee: bigint
  /** Whose free balance gets the relay fee. */
  feeTo: Address
}

export type DepositIntent = {
  from: Address
  user: Address
  /** Token base units; the authorization's value. */
  amount: bigint
  /** Makes equal deposits distinct. */
  salt: Hex
}

/** What the user signs, in the token's own domain (its `name()`, its `version()`, the chain, its address). */
export const receiveWithAuthorizationTypes = {
  ReceiveWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const

/** Nonce of the authorization for `openWithAuthorization`. */
export function openIntentNonce(intent: OpenIntent): Hash {
  return hashStruct({ types: sessionsTypes, primaryType: 'OpenIntent', data: intent })
}

/** Nonce of the authorization for `depositWithAuthorization`. */
export function depositIntentNonce(intent: DepositIntent): Hash {
  return hashStruct({ types: sessionsTypes, primaryType: 'DepositIntent', data: intent })
}

// EIP-3009 authorizations to `X4PNVpnSessions`: their nonce is the hash of the intent, so they serve nothing else.
import { type Address, type Hash, type Hex, hashStruct, type TypedDataDomain } from 'viem'
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

/** Where an authorization holds: the token's own EIP-712 domain, and the sessions contract, the only payee. */
export type AuthorizationContext = { tokenDomain: TypedDataDomain; sessions: Address }

/** Unix seconds. An opening's `validBefore` is at most ten minutes ahead. */
export type Validity = { validAfter: bigint; validBefore: bigint }

/** For the user to sign: the one signature of `openWithAuthorization`. */
export function openAuthorizationData(context: AuthorizationContext, intent: OpenIntent, validity: Validity) {
  const value = intent.deposit + intent.relayFee
  return authorizationData(context, intent.user, value, openIntentNonce(intent), validity)
}

/** For the payer to sign: the one signature of `depositWithAuthorization`. */
export function depositAuthorizationData(context: AuthorizationContext, intent: DepositIntent, validity: Validity) {
  return authorizationData(context, intent.from, intent.amount, depositIntentNonce(intent), validity)
}

/** Nonce of the authorization for `openWithAuthorization`. */
export function openIntentNonce(intent: OpenIntent): Hash {
  return hashStruct({ types: sessionsTypes, primaryType: 'OpenIntent', data: intent })
}

/** Nonce of the authorization for `depositWithAuthorization`. */
export function depositIntentNonce(intent: DepositIntent): Hash {
  return hashStruct({ types: sessionsTypes, primaryType: 'DepositIntent', data: intent })
}

function authorizationData(
  { tokenDomain, sessions }: AuthorizationContext,
  from: Address,
  value: bigint,
  nonce: Hash,
  { validAfter, validBefore }: Validity,
) {
  return {
    domain: tokenDomain,
    types: receiveWithAuthorizationTypes,
    primaryType: 'ReceiveWithAuthorization',
    message: { from, to: sessions, value, validAfter, validBefore, nonce },
  } as const
}

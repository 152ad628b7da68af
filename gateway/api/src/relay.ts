// POST /v1/relay: something that a user signed, sent to the chain by the node, so that no native coin is needed. It may
// be about a stream at another node. Openings and withdrawals carry the fee that the node publishes, to the node's payout
// address; stopping and closing carry none.
import Type from 'typebox'
import { Address, Amount, Bytes32, Signature, UnixSeconds } from './scalars.ts'

const intentFields = {
  user: Address,
  node: Address,
  sessionKey: Address,
  deposit: Amount,
  relayFee: Amount,
  feeTo: Address,
}

/** The user's EIP-3009 authorization, whose nonce is the intent's hash: `openWithAuthorization`. */
const OpenByAuthorization = Type.Object({
  action: Type.Literal('openWithAuthorization'),
  intent: Type.Object(intentFields),
  validAfter: UnixSeconds,
  validBefore: UnixSeconds,
  signature: Signature,
})

/** From the free balance: `openBySig`. */
const OpenFromBalance = Type.Object({
  action: Type.Literal('openFromBalance'),
  intent: Type.Object({ ...intentFields, deadline: UnixSeconds }),
  signature: Signature,
})

/** Signed by the user or by the session key: `stopBySig`. */
const Stop = Type.Object({
  action: Type.Literal('stop'),
  user: Address,
  node: Address,
  sessionKey: Address,
  signature: Signature,
})

/** After the challenge window; the refund goes to the user's free balance: `closeFor`. */
const Close = Type.Object({ action: Type.Literal('close'), user: Address, node: Address, sessionKey: Address })

/** Free balance to any address: `withdrawBySig`. */
const Withdraw = Type.Object({
  action: Type.Literal('withdraw'),
  intent: Type.Object({
    user: Address,
    to: Address,
    amount: Amount,
    relayFee: Amount,
    feeTo: Address,
    deadline: UnixSeconds,
    salt: Bytes32,
  }),
  signature: Signature,
})

export const RelayRequest = Type.Union([OpenByAuthorization, OpenFromBalance, Stop, Close, Withdraw])
export type RelayRequest = Type.Static<typeof RelayRequest>

/** Sent, not mined yet: the caller waits for it at an endpoint of its own. */
export const RelayResponse = Type.Object({ transaction: Bytes32 })
export type RelayResponse = Type.Static<typeof RelayResponse>

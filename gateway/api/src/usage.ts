// GET /v1/sessions/{stream}/usage: live usage as server-sent events named `usage`, behind the bearer token of a join.
import Type from 'typebox'
import { Amount, ByteCount, Bytes32, Signature, UnixSeconds } from './scalars.ts'

export const Usage = Type.Object({
  stream: Bytes32,
  usedBytes: ByteCount,
  /** What `usedBytes` cost, rounded up. */
  owed: Amount,
  /** The best receipt's claim, clamped to the deposit. */
  claimed: Amount,
  deposit: Amount,
  /** Bytes that may still pass before the kernel cuts; on a running pass a number beyond reach. */
  creditBytes: ByteCount,
  /** False: cut until a receipt brings claimed + allowance above owed. */
  served: Type.Boolean(),
  /** Only on a pass: until when the lease and the deposit pay. */
  paidUntil: Type.Optional(UnixSeconds),
  /** 0: never. */
  lastHandshake: UnixSeconds,
  /** Unix milliseconds at the node. */
  at: Type.Integer({ minimum: 0 }),
})
export type Usage = Type.Static<typeof Usage>

/** The node's signed count (EIP-712 `Counters`): when the stream of events is opened, every ten seconds where it or the handshake moved, and on leaving. */
export const SignedCounters = Type.Object({
  stream: Bytes32,
  usedBytes: ByteCount,
  owed: Amount,
  lastHandshake: UnixSeconds,
  signedAt: UnixSeconds,
  signature: Signature,
})
export type SignedCounters = Type.Static<typeof SignedCounters>

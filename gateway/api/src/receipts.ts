// POST /v1/receipts: signed receipts in, synced to disk before the answer. They prove themselves; no token is needed.
import Type from 'typebox'
import { ErrorBody } from './errors.ts'
import { Address, Amount, CompactSignature, Rate, UnixSeconds } from './scalars.ts'
import { Usage } from './usage.ts'

export const ReceiptItem = Type.Object({
  user: Address,
  cumulative: Amount,
  rate: Rate,
  start: UnixSeconds,
  until: UnixSeconds,
  signature: CompactSignature,
})
export type ReceiptItem = Type.Static<typeof ReceiptItem>

/** Several for a client that pays for several streams. Few, since each costs the node a recovery. */
export const ReceiptsRequest = Type.Object({ receipts: Type.Array(ReceiptItem, { minItems: 1, maxItems: 16 }) })
export type ReceiptsRequest = Type.Static<typeof ReceiptsRequest>

/** One result an item, in order. An older receipt is no error: the best one counts. */
export const ReceiptsResponse = Type.Object({
  results: Type.Array(Type.Union([Type.Object({ usage: Usage }), ErrorBody])),
})
export type ReceiptsResponse = Type.Static<typeof ReceiptsResponse>

// Every id of the index is made here, so that two handlers never disagree on one.
import { BigInt, Bytes, ethereum } from '@graphprotocol/graph-ts'

/** The one Protocol entity: "x4pn". */
export const PROTOCOL_ID = Bytes.fromHexString('0x7834706e')

/** An event's own id: unique on the chain, whatever contract sent it. */
export function eventId(event: ethereum.Event): Bytes {
  return event.transaction.hash.concatI32(event.logIndex.toI32())
}

export function epochId(epoch: BigInt): Bytes {
  return Bytes.fromI32(epoch.toI32())
}

export function nodeEpochId(node: Bytes, epoch: BigInt): Bytes {
  return node.concatI32(epoch.toI32())
}

export function slashCaseId(number: BigInt): Bytes {
  return Bytes.fromI32(number.toI32())
}

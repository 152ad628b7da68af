// Items that paid nothing. Anyone can name anyone in one, so they make no user and no node.
import { Bytes, ethereum } from '@graphprotocol/graph-ts'
import { Node, SkippedItem, User } from '../../generated/schema'
import { eventId } from '../ids'
import { loadProtocol } from './protocol'

export function skipItem(event: ethereum.Event, node: Bytes, user: Bytes, index: i32, code: i32): void {
  const protocol = loadProtocol()
  protocol.skippedItemCount += 1
  protocol.save()

  const record = new SkippedItem(eventId(event))
  record.nodeAddress = node
  record.userAddress = user
  if (Node.load(node) != null) record.node = node
  if (User.load(user) != null) record.user = user
  record.index = index
  record.code = code
  record.reason = reasonOf(code)
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

/** The contract's SkipReason. */
function reasonOf(code: i32): string {
  if (code == 1) return 'BAD_SIGNATURE'
  if (code == 2) return 'NO_STREAM'
  if (code == 3) return 'CLOSED'
  if (code == 4) return 'STALE'
  return 'UNKNOWN'
}

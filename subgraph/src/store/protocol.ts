// The protocol's totals. Loading a user, node or operator may count a new one here: load the protocol after them.
import { BigInt } from '@graphprotocol/graph-ts'
import { Protocol } from '../../generated/schema'
import { PROTOCOL_ID } from '../ids'

export function loadProtocol(): Protocol {
  const known = Protocol.load(PROTOCOL_ID)
  if (known != null) return known
  const protocol = new Protocol(PROTOCOL_ID)
  protocol.deposited = BigInt.zero()
  protocol.withdrawn = BigInt.zero()
  protocol.escrowed = BigInt.zero()
  protocol.settled = BigInt.zero()
  protocol.refunded = BigInt.zero()
  protocol.fees = BigInt.zero()
  protocol.feesBooked = BigInt.zero()
  protocol.treasuryPaid = BigInt.zero()
  protocol.relayFees = BigInt.zero()
  protocol.paidOut = BigInt.zero()
  protocol.bonded = BigInt.zero()
  protocol.slashed = BigInt.zero()
  protocol.slashCaseCount = 0
  protocol.rewarded = BigInt.zero()
  protocol.nodeCount = 0
  protocol.operatorCount = 0
  protocol.userCount = 0
  protocol.streamCount = 0
  protocol.openStreamCount = 0
  protocol.stoppedStreamCount = 0
  protocol.closedStreamCount = 0
  protocol.settlementCount = 0
  protocol.skippedItemCount = 0
  return protocol
}

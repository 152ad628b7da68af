// What nodes earn: credits by batch, fees booked by epoch, money paid out.
import { BigInt, Bytes, ethereum } from '@graphprotocol/graph-ts'
import { Credit, FeeBooking, NodeEpoch, Payout } from '../../generated/schema'
import { eventId, nodeEpochId } from '../ids'
import { loadEpoch } from './epochs'
import { loadNode } from './nodes'
import { newNodePoint, newProtocolPoint } from './points'
import { loadProtocol } from './protocol'

/** The streams' own totals moved with the batch's single settlements; the series get one point for the batch. */
export function credit(event: ethereum.Event, nodeId: Bytes, amount: BigInt, fee: BigInt): void {
  const node = loadNode(nodeId)
  node.balance = node.balance.plus(amount)
  node.earned = node.earned.plus(amount)
  node.fees = node.fees.plus(fee)
  node.lastSeen = event.block.timestamp
  node.save()

  const protocol = loadProtocol()
  protocol.fees = protocol.fees.plus(fee)
  protocol.save()

  const record = new Credit(eventId(event))
  record.node = nodeId
  record.amount = amount
  record.fee = fee
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()

  const protocolPoint = newProtocolPoint()
  protocolPoint.settled = amount.plus(fee)
  protocolPoint.fees = fee
  protocolPoint.save()
  const nodePoint = newNodePoint(nodeId)
  nodePoint.settled = amount.plus(fee)
  nodePoint.earned = amount
  nodePoint.fees = fee
  nodePoint.save()
}

export function bookFees(event: ethereum.Event, nodeId: Bytes, number: BigInt, amount: BigInt): void {
  const node = loadNode(nodeId)
  node.feesBooked = node.feesBooked.plus(amount)
  node.save()

  const protocol = loadProtocol()
  protocol.feesBooked = protocol.feesBooked.plus(amount)
  protocol.save()

  const epoch = loadEpoch(number)
  epoch.feesBooked = epoch.feesBooked.plus(amount)
  epoch.save()

  const weightId = nodeEpochId(nodeId, number)
  let weight = NodeEpoch.load(weightId)
  if (weight == null) {
    weight = new NodeEpoch(weightId)
    weight.node = nodeId
    weight.epoch = epoch.id
    weight.feesBooked = BigInt.zero()
  }
  weight.feesBooked = weight.feesBooked.plus(amount)
  weight.save()

  const record = new FeeBooking(eventId(event))
  record.node = nodeId
  record.epoch = epoch.id
  record.amount = amount
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

export function payOut(event: ethereum.Event, nodeId: Bytes, to: Bytes, amount: BigInt): void {
  const node = loadNode(nodeId)
  node.balance = node.balance.minus(amount)
  node.paidOut = node.paidOut.plus(amount)
  node.save()

  const protocol = loadProtocol()
  protocol.paidOut = protocol.paidOut.plus(amount)
  protocol.save()

  const record = new Payout(eventId(event))
  record.node = nodeId
  record.to = to
  record.amount = amount
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

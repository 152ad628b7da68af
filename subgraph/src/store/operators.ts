// Operators, how many nodes each has, and nodes that change hands.
import { Address, BigInt, Bytes, ethereum } from '@graphprotocol/graph-ts'
import { Operator, OperatorTransfer } from '../../generated/schema'
import { eventId } from '../ids'
import { loadNode } from './nodes'
import { loadProtocol } from './protocol'

/** Adds `change` to what the operator has; its first node makes an operator. */
export function countOperatorNodes(address: Bytes, change: i32, now: BigInt): void {
  let operator = Operator.load(address)
  if (operator == null) {
    operator = new Operator(address)
    operator.nodeCount = 0
    operator.createdAt = now
    const protocol = loadProtocol()
    protocol.operatorCount += 1
    protocol.save()
  }
  operator.nodeCount += change
  operator.save()
}

/** Offering to the zero address takes an offer back. */
export function offerOperator(event: ethereum.Event, nodeId: Bytes, from: Bytes, to: Address): void {
  const node = loadNode(nodeId)
  node.pendingOperator = to.equals(Address.zero()) ? null : to
  node.save()
  recordTransfer(event, nodeId, from, to, false)
}

export function acceptOperator(event: ethereum.Event, nodeId: Bytes, from: Bytes, to: Bytes): void {
  countOperatorNodes(from, -1, event.block.timestamp)
  countOperatorNodes(to, 1, event.block.timestamp)
  const node = loadNode(nodeId)
  node.operator = to
  node.pendingOperator = null
  node.save()
  recordTransfer(event, nodeId, from, to, true)
}

function recordTransfer(event: ethereum.Event, node: Bytes, from: Bytes, to: Bytes, accepted: boolean): void {
  const transfer = new OperatorTransfer(eventId(event))
  transfer.node = node
  transfer.from = from
  transfer.to = to
  transfer.accepted = accepted
  transfer.block = event.block.number
  transfer.timestamp = event.block.timestamp
  transfer.transactionHash = event.transaction.hash
  transfer.save()
}

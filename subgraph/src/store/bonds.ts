// Bonds: posted, leaving, taken out, carried on to a successor.
import { BigInt, Bytes, ethereum } from '@graphprotocol/graph-ts'
import { BondChange, Node } from '../../generated/schema'
import { eventId } from '../ids'
import { loadNode } from './nodes'
import { loadProtocol } from './protocol'

export function addBond(event: ethereum.Event, nodeId: Bytes, from: Bytes, amount: BigInt, bond: BigInt): void {
  const node = loadNode(nodeId)
  node.bond = bond
  node.save()
  countBonded(amount)
  recordBondChange(event, node, 'ADDED', amount, from)
}

/** Zero takes an exit back. */
export function startExit(event: ethereum.Event, nodeId: Bytes, amount: BigInt, exitAt: BigInt): void {
  const node = loadNode(nodeId)
  setExiting(node, amount)
  if (!amount.isZero()) node.bondExitAt = exitAt
  node.save()
  recordBondChange(event, node, 'EXIT_STARTED', amount, null)
}

export function finishExit(event: ethereum.Event, nodeId: Bytes, to: Bytes, amount: BigInt, bond: BigInt): void {
  const node = loadNode(nodeId)
  node.bond = bond
  setExiting(node, node.bondExiting.minus(amount))
  node.save()
  countBonded(amount.neg())
  recordBondChange(event, node, 'EXITED', amount, to)
}

/** The exit and what cases hold go with it. */
export function carryOn(event: ethereum.Event, nodeId: Bytes, successorId: Bytes, bond: BigInt): void {
  const node = loadNode(nodeId)
  const successor = loadNode(successorId)
  successor.bond = bond
  successor.bondExiting = node.bondExiting
  successor.bondExitAt = node.bondExitAt
  successor.bondFrozen = node.bondFrozen
  successor.save()
  node.bond = BigInt.zero()
  setExiting(node, BigInt.zero())
  node.bondFrozen = BigInt.zero()
  node.save()
  recordBondChange(event, successor, 'CARRIED_ON', bond, nodeId)
}

export function setExiting(node: Node, amount: BigInt): void {
  node.bondExiting = amount
  if (amount.isZero()) node.bondExitAt = null
}

export function countBonded(change: BigInt): void {
  const protocol = loadProtocol()
  protocol.bonded = protocol.bonded.plus(change)
  protocol.save()
}

export function recordBondChange(
  event: ethereum.Event,
  node: Node,
  kind: string,
  amount: BigInt,
  account: Bytes | null,
): void {
  const record = new BondChange(eventId(event))
  record.node = node.id
  record.kind = kind
  record.amount = amount
  record.bond = node.bond
  record.account = account
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

// Points of the series behind the statistics: all zero, the caller fills in what happened. The store gives them their own
// numbers, whatever is said here, and the time of the block.
import { BigInt, Bytes } from '@graphprotocol/graph-ts'
import { NodePoint, ProtocolPoint } from '../../generated/schema'

export function newProtocolPoint(): ProtocolPoint {
  const point = new ProtocolPoint(0)
  point.deposited = BigInt.zero()
  point.withdrawn = BigInt.zero()
  point.escrowed = BigInt.zero()
  point.settled = BigInt.zero()
  point.fees = BigInt.zero()
  point.refunded = BigInt.zero()
  point.opened = 0
  point.closed = 0
  return point
}

export function newNodePoint(node: Bytes): NodePoint {
  const point = new NodePoint(0)
  point.node = node
  point.escrowed = BigInt.zero()
  point.settled = BigInt.zero()
  point.earned = BigInt.zero()
  point.fees = BigInt.zero()
  point.refunded = BigInt.zero()
  point.opened = 0
  point.closed = 0
  return point
}

// The life of a stream: none -> open -> stopped -> closed. Its user, node and the protocol's totals move with it.
import { BigInt, Bytes, ethereum, log } from '@graphprotocol/graph-ts'
import { Closing, Opening, Settlement, Stop, Stream, TopUp } from '../../generated/schema'
import { eventId } from '../ids'
import { loadNode } from './nodes'
import { newNodePoint, newProtocolPoint } from './points'
import { loadProtocol } from './protocol'
import { loadUser } from './users'

export function openStream(
  event: ethereum.Event,
  id: Bytes,
  userId: Bytes,
  nodeId: Bytes,
  sessionKey: Bytes,
  deposit: BigInt,
  fromBalance: boolean,
): void {
  const now = event.block.timestamp
  const stream = new Stream(id)
  stream.user = userId
  stream.node = nodeId
  stream.sessionKey = sessionKey
  stream.deposit = BigInt.zero()
  stream.settled = BigInt.zero()
  stream.refund = BigInt.zero()
  stream.status = 'OPEN'
  stream.openedAt = now
  stream.openedAtBlock = event.block.number
  stream.settlementCount = 0

  const user = loadUser(userId, now)
  user.streamCount += 1
  user.openStreamCount += 1
  user.save()

  const node = loadNode(nodeId)
  node.streamCount += 1
  node.openStreamCount += 1
  node.save()

  const protocol = loadProtocol()
  protocol.streamCount += 1
  protocol.openStreamCount += 1
  protocol.save()

  const record = new Opening(eventId(event))
  record.stream = id
  record.user = userId
  record.node = nodeId
  record.sessionKey = sessionKey
  record.deposit = deposit
  record.fromBalance = fromBalance
  record.block = event.block.number
  record.timestamp = now
  record.transactionHash = event.transaction.hash
  record.save()

  addEscrow(event, stream, deposit, deposit, fromBalance, 1)
}

/** The event carries the new total; what was added is the difference. */
export function topUpStream(event: ethereum.Event, id: Bytes, deposit: BigInt, fromBalance: boolean): void {
  const stream = mustLoad(event, id)
  const amount = deposit.minus(stream.deposit)
  addEscrow(event, stream, amount, deposit, fromBalance, 0)

  const record = new TopUp(eventId(event))
  record.stream = id
  record.user = stream.user
  record.node = stream.node
  record.amount = amount
  record.deposit = deposit
  record.fromBalance = fromBalance
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

/** The event carries the new total; what was paid is the difference. */
export function settleStream(event: ethereum.Event, id: Bytes, settled: BigInt): void {
  const stream = mustLoad(event, id)
  const amount = settled.minus(stream.settled)
  stream.settled = settled
  stream.settlementCount += 1
  stream.lastSettledAt = event.block.timestamp
  stream.save()

  const user = loadUser(stream.user, event.block.timestamp)
  user.spent = user.spent.plus(amount)
  user.save()

  const protocol = loadProtocol()
  protocol.settled = protocol.settled.plus(amount)
  protocol.settlementCount += 1
  protocol.save()

  const record = new Settlement(eventId(event))
  record.stream = id
  record.user = stream.user
  record.node = stream.node
  record.amount = amount
  record.settled = settled
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

export function stopStream(event: ethereum.Event, id: Bytes, stoppedAt: BigInt): void {
  const stream = mustLoad(event, id)
  moveTo(stream, 'STOPPED')
  stream.stoppedAt = stoppedAt
  stream.save()

  const record = new Stop(eventId(event))
  record.stream = id
  record.user = stream.user
  record.node = stream.node
  record.stoppedAt = stoppedAt
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

export function closeStream(
  event: ethereum.Event,
  id: Bytes,
  settled: BigInt,
  refund: BigInt,
  to: Bytes,
  toBalance: boolean,
): void {
  const stream = mustLoad(event, id)
  moveTo(stream, 'CLOSED')
  stream.refund = refund
  stream.closedAt = event.block.timestamp
  stream.save()

  const user = loadUser(stream.user, event.block.timestamp)
  user.refunded = user.refunded.plus(refund)
  if (toBalance) user.balance = user.balance.plus(refund)
  user.save()

  const protocol = loadProtocol()
  protocol.refunded = protocol.refunded.plus(refund)
  protocol.save()

  const record = new Closing(eventId(event))
  record.stream = id
  record.user = stream.user
  record.node = stream.node
  record.settled = settled
  record.refund = refund
  record.to = to
  record.toBalance = toBalance
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()

  const protocolPoint = newProtocolPoint()
  protocolPoint.refunded = refund
  protocolPoint.closed = 1
  protocolPoint.save()
  const nodePoint = newNodePoint(stream.node)
  nodePoint.refunded = refund
  nodePoint.closed = 1
  nodePoint.save()
}

/** `deposit` is what the stream holds in all after `amount` was added. */
function addEscrow(
  event: ethereum.Event,
  stream: Stream,
  amount: BigInt,
  deposit: BigInt,
  fromBalance: boolean,
  opened: i64,
): void {
  stream.deposit = deposit
  stream.save()

  const user = loadUser(stream.user, event.block.timestamp)
  user.escrowed = user.escrowed.plus(amount)
  if (fromBalance) user.balance = user.balance.minus(amount)
  user.save()

  const protocol = loadProtocol()
  protocol.escrowed = protocol.escrowed.plus(amount)
  protocol.save()

  const protocolPoint = newProtocolPoint()
  protocolPoint.escrowed = amount
  protocolPoint.opened = opened
  protocolPoint.save()
  const nodePoint = newNodePoint(stream.node)
  nodePoint.escrowed = amount
  nodePoint.opened = opened
  nodePoint.save()
}

/** Keeps the counts of streams by status: a cooperative closing skips STOPPED. */
function moveTo(stream: Stream, status: string): void {
  const protocol = loadProtocol()
  if (stream.status == 'OPEN') {
    protocol.openStreamCount -= 1
    const user = loadUser(stream.user, stream.openedAt)
    user.openStreamCount -= 1
    user.save()
    const node = loadNode(stream.node)
    node.openStreamCount -= 1
    node.save()
  } else {
    protocol.stoppedStreamCount -= 1
  }
  if (status == 'STOPPED') protocol.stoppedStreamCount += 1
  else protocol.closedStreamCount += 1
  protocol.save()
  stream.status = status
}

/** An unknown stream means that indexing began after the contract did: better to halt than to show wrong totals. */
function mustLoad(event: ethereum.Event, id: Bytes): Stream {
  const stream = Stream.load(id)
  if (stream == null) {
    log.critical('stream {} of transaction {} was never opened: is startBlock after the deployment?', [
      id.toHexString(),
      event.transaction.hash.toHexString(),
    ])
  }
  return stream!
}

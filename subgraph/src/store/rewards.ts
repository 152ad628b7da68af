// Rewards: epochs that are rolled, and what nodes claim of them.
import { BigInt, Bytes, ethereum } from '@graphprotocol/graph-ts'
import { MintingPause, RewardClaim } from '../../generated/schema'
import { eventId } from '../ids'
import { loadEpoch } from './epochs'
import { loadNode } from './nodes'
import { loadProtocol } from './protocol'

export function rollEpoch(event: ethereum.Event, number: BigInt, minted: BigInt, referencePrice: BigInt): void {
  const epoch = loadEpoch(number)
  epoch.minted = minted
  epoch.referencePrice = referencePrice
  epoch.rolledAt = event.block.timestamp
  epoch.save()
}

export function claimReward(event: ethereum.Event, nodeId: Bytes, payout: Bytes, number: BigInt, amount: BigInt): void {
  const node = loadNode(nodeId)
  node.rewarded = node.rewarded.plus(amount)
  node.save()

  const protocol = loadProtocol()
  protocol.rewarded = protocol.rewarded.plus(amount)
  protocol.save()

  const record = new RewardClaim(eventId(event))
  record.node = nodeId
  record.epoch = loadEpoch(number).id
  record.payout = payout
  record.amount = amount
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

/** Null: a pause ended early. */
export function pauseMinting(event: ethereum.Event, until: BigInt | null): void {
  const protocol = loadProtocol()
  protocol.mintingPausedUntil = until
  protocol.save()

  const record = new MintingPause(eventId(event))
  record.until = until
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

// Decodes the events of X4PNRewards; src/store changes the entities.
import { Address } from '@graphprotocol/graph-ts'
import {
  EpochRolled,
  KappaScheduled,
  MintingPaused,
  MintingUnpaused,
  PriceFeedScheduled,
  ReferenceFloorScheduled,
  RewardClaimed,
} from '../../generated/X4PNRewards/X4PNRewards'
import { scheduleParameter } from '../store/parameters'
import { claimReward, pauseMinting, rollEpoch } from '../store/rewards'

export function handleEpochRolled(event: EpochRolled): void {
  rollEpoch(event, event.params.epoch, event.params.minted, event.params.referencePrice)
}

export function handleRewardClaimed(event: RewardClaimed): void {
  claimReward(event, event.params.node, event.params.payout, event.params.epoch, event.params.amount)
}

export function handleReferenceFloorScheduled(event: ReferenceFloorScheduled): void {
  scheduleParameter(event, 'referenceFloor', [event.params.floor], null, event.params.effectiveAt)
}

export function handleKappaScheduled(event: KappaScheduled): void {
  scheduleParameter(event, 'kappa', [event.params.kappaBps], null, event.params.effectiveAt)
}

export function handlePriceFeedScheduled(event: PriceFeedScheduled): void {
  const feed = event.params.feed
  const source: Address | null = feed.equals(Address.zero()) ? null : feed
  scheduleParameter(event, 'priceFeed', [event.params.heartbeat], source, event.params.effectiveAt)
}

export function handleMintingPaused(event: MintingPaused): void {
  pauseMinting(event, event.params.until)
}

export function handleMintingUnpaused(event: MintingUnpaused): void {
  pauseMinting(event, null)
}

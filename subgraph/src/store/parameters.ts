// Governance: the fee, the treasury, the pause of inflows; the parameters of bonds and rewards.
import { BigInt, Bytes, ethereum } from '@graphprotocol/graph-ts'
import { FeeSchedule, InflowPause, ParameterChange, TreasuryPayment, TreasurySchedule } from '../../generated/schema'
import { eventId } from '../ids'
import { loadProtocol } from './protocol'

export function scheduleFee(event: ethereum.Event, feeBps: i32, effectiveAt: BigInt): void {
  const protocol = loadProtocol()
  protocol.feeBps = feeBps
  protocol.feeEffectiveAt = effectiveAt
  protocol.save()

  const record = new FeeSchedule(eventId(event))
  record.feeBps = feeBps
  record.effectiveAt = effectiveAt
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

export function scheduleTreasury(event: ethereum.Event, treasury: Bytes, effectiveAt: BigInt): void {
  const protocol = loadProtocol()
  protocol.treasury = treasury
  protocol.treasuryEffectiveAt = effectiveAt
  protocol.save()

  const record = new TreasurySchedule(eventId(event))
  record.treasury = treasury
  record.effectiveAt = effectiveAt
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

export function payTreasury(event: ethereum.Event, treasury: Bytes, amount: BigInt): void {
  const protocol = loadProtocol()
  protocol.treasuryPaid = protocol.treasuryPaid.plus(amount)
  protocol.save()

  const record = new TreasuryPayment(eventId(event))
  record.treasury = treasury
  record.amount = amount
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

/** Null: a pause ended early. */
export function pauseInflows(event: ethereum.Event, until: BigInt | null): void {
  const protocol = loadProtocol()
  protocol.inflowsPausedUntil = until
  protocol.save()

  const record = new InflowPause(eventId(event))
  record.until = until
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

export function scheduleParameter(
  event: ethereum.Event,
  name: string,
  values: BigInt[],
  account: Bytes | null,
  effectiveAt: BigInt,
): void {
  const record = new ParameterChange(eventId(event))
  record.name = name
  record.values = values
  record.account = account
  record.effectiveAt = effectiveAt
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

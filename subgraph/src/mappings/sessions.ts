// Decodes the events of X4PNVpnSessions; src/store changes the entities.
import {
  Closed,
  Deposited,
  FeeScheduled,
  FeesBooked,
  InflowsPaused,
  InflowsUnpaused,
  ItemSkipped,
  NodeCredited,
  Opened,
  PaidOut,
  RelayFeePaid,
  Settled,
  Stopped,
  ToppedUp,
  ToppedUpFromBalance,
  TreasuryPaid,
  TreasuryScheduled,
  Withdrawn,
} from '../../generated/X4PNVpnSessions/X4PNVpnSessions'
import { deposit, payRelayFee, withdraw } from '../store/balances'
import { bookFees, credit, payOut } from '../store/income'
import { pauseInflows, payTreasury, scheduleFee, scheduleTreasury } from '../store/parameters'
import { skipItem } from '../store/skipped'
import { closeStream, openStream, settleStream, stopStream, topUpStream } from '../store/streams'

export function handleDeposited(event: Deposited): void {
  deposit(event, event.params.user, event.params.payer, event.params.amount)
}

export function handleWithdrawn(event: Withdrawn): void {
  withdraw(event, event.params.user, event.params.to, event.params.amount)
}

export function handleRelayFeePaid(event: RelayFeePaid): void {
  payRelayFee(event, event.params.user, event.params.feeTo, event.params.amount)
}

export function handleOpened(event: Opened): void {
  const params = event.params
  openStream(event, params.id, params.user, params.node, params.sessionKey, params.deposit, params.fromBalance)
}

export function handleToppedUp(event: ToppedUp): void {
  topUpStream(event, event.params.id, event.params.deposit, false)
}

export function handleToppedUpFromBalance(event: ToppedUpFromBalance): void {
  topUpStream(event, event.params.id, event.params.deposit, true)
}

export function handleSettled(event: Settled): void {
  settleStream(event, event.params.id, event.params.settled)
}

export function handleItemSkipped(event: ItemSkipped): void {
  const params = event.params
  skipItem(event, params.node, params.user, params.index.toI32(), params.reason)
}

export function handleNodeCredited(event: NodeCredited): void {
  credit(event, event.params.node, event.params.amount, event.params.fee)
}

export function handleFeesBooked(event: FeesBooked): void {
  bookFees(event, event.params.node, event.params.epoch, event.params.amount)
}

export function handleStopped(event: Stopped): void {
  stopStream(event, event.params.id, event.params.stoppedAt)
}

export function handleClosed(event: Closed): void {
  const params = event.params
  closeStream(event, params.id, params.settled, params.refund, params.to, params.toBalance)
}

export function handlePaidOut(event: PaidOut): void {
  payOut(event, event.params.node, event.params.payout, event.params.amount)
}

export function handleTreasuryPaid(event: TreasuryPaid): void {
  payTreasury(event, event.params.treasury, event.params.amount)
}

export function handleFeeScheduled(event: FeeScheduled): void {
  scheduleFee(event, event.params.feeBps.toI32(), event.params.effectiveAt)
}

export function handleTreasuryScheduled(event: TreasuryScheduled): void {
  scheduleTreasury(event, event.params.treasury, event.params.effectiveAt)
}

export function handleInflowsPaused(event: InflowsPaused): void {
  pauseInflows(event, event.params.until)
}

export function handleInflowsUnpaused(event: InflowsUnpaused): void {
  pauseInflows(event, null)
}

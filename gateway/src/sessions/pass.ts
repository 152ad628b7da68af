// A pass: a session whose receipts are leases, so that time is paid and bytes are not counted. The rule of service is the
// one of bytes with time in its place: while the lease runs nothing is owed beyond it; what is served after it counts
// against an allowance of half a minute, once for the whole stream.
import { claimableAt, type SignedReceipt } from '@x4pn/contracts'
import { costOfTime } from '@x4pn/gateway-api'
import { ApiError } from '../api-error.ts'
import type { Session } from './session.ts'

/** Seconds served beyond what is paid: design.md's allowance on a pass. */
export const PASS_ALLOWANCE = 30
/** Seconds by which a client's clock may be ahead of ours. */
const CLOCK_SLACK = 60
/** Bytes; more than any link carries in a lease, and far from the largest quota. */
export const UNCOUNTED = 2n ** 50n

export type Pass = {
  /** Unix seconds at which the lease's claim is computed. Never goes back, whatever the clock does. */
  asOf: number
  /** Milliseconds served while no lease ran. Begins anew with a restart. */
  graceMs: number
  /** The chain has been silent for too long. */
  waitsForChain: boolean
}

export const newPass = (asOf: number): Pass => ({ asOf, graceMs: 0, waitsForChain: false })

export const isLease = ({ rate }: Pick<SignedReceipt, 'rate'>): boolean => rate !== 0n

/** What the receipt claims at the session's time, before it is clamped to the deposit. */
export function claimByNow(receipt: SignedReceipt, session: Session): bigint {
  return isLease(receipt) ? claimAt(receipt, session, session.pass?.asOf ?? 0) : receipt.cumulative
}

function claimAt(receipt: SignedReceipt, { chain, terms }: Session, at: number): bigint {
  return claimableAt(receipt, at, chain.stoppedAt, terms.decimals)
}

/** What it will claim in the end, or at its stop, clamped to the deposit. Needs no clock. */
export function claimInTheEnd(receipt: SignedReceipt, session: Session): bigint {
  const claim = claimAt(receipt, session, receipt.until)
  return claim < session.chain.deposit ? claim : session.chain.deposit
}

/** Unix seconds until which the deposit pays for the lease; 0 without one. */
export function paidUntil({ best, chain, terms }: Session): number {
  if (!best || !isLease(best)) return 0
  const left = chain.servable - best.cumulative
  if (left <= 0n) return best.start
  const seconds = (left * 10n ** BigInt(18 - terms.decimals)) / best.rate
  return Number(seconds < BigInt(best.until - best.start) ? BigInt(best.start) + seconds : BigInt(best.until))
}

function leaseRuns(session: Session): boolean {
  const { best, pass } = session
  return (
    pass !== undefined && best !== undefined && best.start <= pass.asOf + CLOCK_SLACK && pass.asOf < paidUntil(session)
  )
}

/** Whether the tunnel is open: a lease runs, or the allowance after it has not been used up. */
export function passServes(session: Session): boolean {
  const { pass } = session
  if (!pass || pass.waitsForChain) return false
  return leaseRuns(session) || pass.graceMs < PASS_ALLOWANCE * 1000
}

/** Token base units for what was served beyond the leases. */
export function owedBeyondLease({ pass, terms }: Session): bigint {
  return costOfTime(BigInt(Math.floor((pass?.graceMs ?? 0) / 1000)), terms.passRate, terms.decimals)
}

/**
 * Throws what keeps this receipt from being taken. A stream has one plan, that of its first receipt: bytes or time.
 * @param now Unix seconds.
 */
export function requirePlan(receipt: SignedReceipt, session: Session, now: number): void {
  const { rate, start, until } = receipt
  if (!isLease(receipt)) {
    if (start !== 0 || until !== 0) throw new ApiError('RECEIPT_PASS_INVALID', 'a time without a rate')
    if (session.pass) throw new ApiError('RECEIPT_PLAN_FIXED', 'this stream pays by time')
    return
  }
  if (session.best && !session.pass) throw new ApiError('RECEIPT_PLAN_FIXED', 'this stream pays by bytes')
  const { passRate, pricePerGiB } = session.terms
  // No price an hour: bytes are sold alone. At a price of zero for both everything is free.
  if (passRate === 0n && pricePerGiB > 0n) throw new ApiError('RECEIPT_PASS_INVALID', 'this node sells no passes')
  if (rate < passRate) throw new ApiError('RECEIPT_PASS_INVALID', `rate ${rate} is below the node's ${passRate}`)
  if (until <= start) throw new ApiError('RECEIPT_PASS_INVALID', `it ends at ${until} and begins at ${start}`)
  if (start > now + CLOCK_SLACK) throw new ApiError('RECEIPT_PASS_INVALID', `it begins at ${start}, it is ${now}`)
}

/**
 * Of two leases the one that claims no less soon and in the end, and more in one of the two. Soon, not now: a lease may
 * begin within the slack, and who put the beginning off again and again would be served for nothing.
 */
export function isBetterLease(receipt: SignedReceipt, session: Session): boolean {
  const { best } = session
  if (!best) return claimInTheEnd(receipt, session) > 0n
  const at = (session.pass?.asOf ?? 0) + CLOCK_SLACK
  const soon = claimAt(receipt, session, at) - claimAt(best, session, at)
  const end = claimInTheEnd(receipt, session) - claimInTheEnd(best, session)
  return soon >= 0n && end >= 0n && (soon > 0n || end > 0n)
}

/**
 * Moves a pass on by `step` milliseconds to `now`, Unix seconds.
 * @returns whether it is now served and was not, or the other way round.
 */
export function movePass(session: Session, at: { now: number; step: number; waitsForChain: boolean }): boolean {
  const { pass } = session
  if (!pass) return false
  const served = passServes(session)
  // A lease that is to begin within the slack is served already, on the allowance.
  const isPaid = leaseRuns(session) && pass.asOf >= (session.best?.start ?? 0)
  if (served && !isPaid) pass.graceMs += at.step
  // By no more than a step at a time: a clock that is far ahead for a moment must not end every lease.
  pass.asOf = Math.max(pass.asOf, Math.min(at.now, pass.asOf + Math.ceil(at.step / 1000) + 1))
  pass.waitsForChain = at.waitsForChain
  return served !== passServes(session)
}

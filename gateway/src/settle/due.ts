// When a session's receipts are worth a transaction: by value, by age, on a stop, and when the deposit is nearly used up.
import { isRecent, isToCome } from '../clock.ts'
import { claimed, type Session, unsettled } from '../sessions/session.ts'

/** "Nearly used up": the claim has reached this part of the deposit, in percent. */
const NEARLY_USED = 90n
/** And at least this part of it waits, so that the rest in small receipts does not cost a transaction each. */
const NEARLY_USED_WAITING = 10n

/**
 * Milliseconds of rest for a stream whose settlement brought nothing, or which was settled out of turn: otherwise small
 * receipts after a stop, or one that the chain does not take, would cost a transaction a second. Ten fit into the
 * shortest challenge window.
 */
export const REST_OF_STREAM = 300_000

/** @param now Unix milliseconds. */
export const rests = ({ settleNotBefore = 0 }: Session, now: number): boolean =>
  isToCome(settleNotBefore, REST_OF_STREAM, now)

/** @param now Unix milliseconds. */
export function isDue(session: Session, policy: { value: bigint; ageSeconds: number }, now: number): boolean {
  const waiting = unsettled(session)
  if (!canSettle(session) || rests(session, now)) return false
  const age = policy.ageSeconds * 1000
  const isOld = session.unsettledSince !== undefined && !isRecent(session.unsettledSince, age, now)
  return waiting >= policy.value || isOld || isUrgent(session)
}

/** Whether there is anything to settle, and where. A stream that left is released instead. */
export function canSettle(session: Session): boolean {
  return unsettled(session) > 0n && !session.left && !session.leaving && !session.chain.closed
}

/** The challenge window runs: what is not settled when it ends is lost. */
export const isEnding = ({ chain }: Session): boolean => chain.stoppedAt !== 0

/** Before the money can go elsewhere, or has nowhere left to grow. */
export function isUrgent(session: Session): boolean {
  const { deposit } = session.chain
  const claim = claimed(session)
  const nearlyUsed = claim * 100n >= deposit * NEARLY_USED && unsettled(session) * 100n >= deposit * NEARLY_USED_WAITING
  return isEnding(session) || claim === deposit || nearlyUsed
}

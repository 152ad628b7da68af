// A receipt: checked, on disk, then it counts.
import type { SignedReceipt } from '@x4pn/contracts'
import type { ReceiptItem, Usage } from '@x4pn/gateway-api'
import { ApiError } from '../api-error.ts'
import { unixSeconds } from '../clock.ts'
import type { Gateway } from '../gateway.ts'
import type { CreditWriter } from './credit.ts'
import { claimInTheEnd, isBetterLease, isLease, newPass, requirePlan } from './pass.ts'
import { sessionOfReceipt } from './receipt-stream.ts'
import { claimOf, creditBytes, type Session, usageOf } from './session.ts'

/** Bytes. A session with less credit left is as good as cut. */
const LARGEST_PACKET = 65_536n
/** Bytes. More than pass, at half a gigabit a second, between two readings of the counters: such a session can wait. */
const UNHURRIED = 12n * 2n ** 20n

/** Throws an `ApiError`. An older receipt than the best is no error and changes nothing. */
export async function acceptReceipt(gateway: Gateway, credit: CreditWriter, item: ReceiptItem): Promise<Usage> {
  const { journal, clock } = gateway
  const { receipt, session } = await checkReceipt(gateway, item)
  if (session.left) throw new ApiError('STREAM_LEFT')
  requirePlan(receipt, session, unixSeconds(clock))
  if (isBetter(receipt, session)) {
    const { usedBytes, stream } = session
    const lease = isLease(receipt) ? { finalClaim: claimInTheEnd(receipt, session) } : {}
    await journal.append({
      type: 'receipt',
      stream,
      receipt,
      ...lease,
      deposit: session.chain.deposit,
      usedBytes,
      acceptedAt: clock(),
    })
    // Another one may have been written meanwhile.
    if (isBetter(receipt, session)) {
      const before = creditBytes(session)
      session.best = receipt
      if (isLease(receipt)) session.pass ??= newPass(unixSeconds(clock))
      session.unsettledSince ??= clock()
      const inForce = credit.changed(session, { mayRest: before > UNHURRIED })
      // Who was cut tries again as soon as the answer is there: a first packet that is too early costs a second.
      if (before < LARGEST_PACKET) await inForce
    }
  }
  return usageOf(session, clock())
}

/** Whose receipt it is. One for another node, chain or contract is signed, for this one, by a key that has no session. */
export async function checkReceipt(
  { config, keys, sessions, verifier }: Pick<Gateway, 'config' | 'keys' | 'sessions' | 'verifier'>,
  item: ReceiptItem,
): Promise<{ receipt: SignedReceipt; session: Session }> {
  const { user, signature, start, until } = item
  // Before anything is hashed: a stranger's receipt costs next to nothing.
  if (sessions.ofUser(user).length === 0) throw new ApiError('RECEIPT_BAD_SIGNATURE')
  const node = keys.account.address
  const receipt = { user, node, cumulative: BigInt(item.cumulative), rate: BigInt(item.rate), start, until, signature }
  const session = await sessionOfReceipt(config, receipt, { sessions, verifier })
  if (!session) throw new ApiError('RECEIPT_BAD_SIGNATURE')
  // In the writing that every later reader takes: the request may have any mix of upper and lower case.
  receipt.user = session.user
  return { receipt, session }
}

/** One that claims no more, clamped to the deposit, is worth no place on the disk. */
function isBetter(receipt: SignedReceipt, session: Session): boolean {
  if (isLease(receipt)) return isBetterLease(receipt, session)
  return claimOf(receipt, session) > claimOf(session.best, session)
}

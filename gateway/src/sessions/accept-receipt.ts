// A receipt: checked, on disk, then it counts.
import { recoverSessionKey, type SignedReceipt, streamId } from '@x4pn/contracts'
import type { ReceiptItem, Usage } from '@x4pn/gateway-api'
import { ApiError } from '../api-error.ts'
import type { Gateway } from '../gateway.ts'
import { isBetter } from './best-claim.ts'
import type { CreditWriter } from './credit.ts'
import { type Session, usageOf } from './session.ts'

/** Throws an `ApiError`. An older receipt than the best is no error and changes nothing. */
export async function acceptReceipt(gateway: Gateway, credit: CreditWriter, item: ReceiptItem): Promise<Usage> {
  const { journal, clock } = gateway
  const { receipt, session } = await checkReceipt(gateway, item)
  if (session.left) throw new ApiError('STREAM_LEFT')
  if (isBetter(receipt, session.best)) {
    const { usedBytes, stream } = session
    await journal.append({ type: 'receipt', stream, receipt, usedBytes, acceptedAt: clock() })
    // Another one may have been written meanwhile.
    if (isBetter(receipt, session.best)) {
      session.best = receipt
      session.unsettledSince ??= clock()
      credit.changed(session)
    }
  }
  return usageOf(session, clock())
}

/** Whose receipt it is. One for another node, chain or contract recovers to a key that has no session here. */
export async function checkReceipt(
  { config, keys, sessions }: Pick<Gateway, 'config' | 'keys' | 'sessions'>,
  item: ReceiptItem,
): Promise<{ receipt: SignedReceipt; session: Session }> {
  const { user, signature, rate, start, until } = item
  if (rate !== '0' || start !== 0 || until !== 0) throw new ApiError('RECEIPT_PLAN_UNSUPPORTED', rate)
  const node = keys.account.address
  const receipt = { user, node, cumulative: BigInt(item.cumulative), rate: 0n, start, until, signature }
  const context = { chainId: config.chainId, contract: config.sessions }
  const sessionKey = await recoverSessionKey(context, receipt).catch(() => undefined)
  const session = sessionKey && sessions.get(streamId({ user, node, sessionKey }))
  if (!session) throw new ApiError('RECEIPT_BAD_SIGNATURE')
  return { receipt, session }
}

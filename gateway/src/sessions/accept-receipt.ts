// A receipt: checked, on disk, then it counts.
import { recoverSessionKey, type SignedReceipt, streamId } from '@x4pn/contracts'
import type { ReceiptItem, Usage } from '@x4pn/gateway-api'
import { ApiError } from '../api-error.ts'
import type { Gateway } from '../gateway.ts'
import { isBetter } from './best-claim.ts'
import type { CreditWriter } from './credit.ts'
import { usageOf } from './session.ts'

/** Throws an `ApiError`. An older receipt than the best is no error and changes nothing. */
export async function acceptReceipt(gateway: Gateway, credit: CreditWriter, item: ReceiptItem): Promise<Usage> {
  const { config, keys, sessions, journal, clock } = gateway
  if (item.rate !== '0' || item.start !== 0 || item.until !== 0)
    throw new ApiError('RECEIPT_PLAN_UNSUPPORTED', item.rate)
  const node = keys.account.address
  const receipt: SignedReceipt = {
    user: item.user,
    node,
    cumulative: BigInt(item.cumulative),
    rate: 0n,
    start: 0,
    until: 0,
    signature: item.signature,
  }
  const context = { chainId: config.chainId, contract: config.sessions }
  // A receipt for another node, chain or contract recovers to a key that has no stream here.
  const sessionKey = await recoverSessionKey(context, receipt).catch(() => undefined)
  const session = sessionKey && sessions.get(streamId({ user: item.user, node, sessionKey }))
  if (!session) throw new ApiError('RECEIPT_BAD_SIGNATURE')
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

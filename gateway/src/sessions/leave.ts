// Leaving: the last count and a release, journalled before they are handed out; the stream is never served again.
import type { SignedReceipt } from '@x4pn/contracts'
import type { LeaveRequest, LeaveResponse } from '@x4pn/gateway-api'
import { ApiError } from '../api-error.ts'
import type { Gateway } from '../gateway.ts'
import { checkSignIn, type SignInRequest } from '../sign-in/check-sign-in.ts'
import { checkReceipt } from './accept-receipt.ts'
import type { CreditWriter } from './credit.ts'
import { requireOpen, requireProof } from './join.ts'
import { owed, type Session } from './session.ts'

export type LeaveSignIn = SignInRequest & Pick<LeaveRequest, 'receipt'>

/** Runs in turn for each stream. */
export async function leave(gateway: Gateway, credit: CreditWriter, request: LeaveSignIn): Promise<LeaveResponse> {
  const { sessions, statements, journal, chain, clock } = gateway
  const signIn = await checkSignIn(request, { ...gateway, now: clock() })
  const session = sessions.get(signIn.stream)
  if (!session) {
    requireOpen(await chain.stream(signIn.stream))
    throw new ApiError('STREAM_NOT_JOINED')
  }
  await requireProof(gateway, signIn, request)
  // What is just being settled is part of the word that is given here.
  await session.settling?.catch(() => {})
  // Leaving again gives the same word again.
  const left = session.left ?? (await wordOf(gateway, session, request))
  const [counters, release] = await Promise.all([
    statements.counters(session),
    statements.release(session, left.maxClaim),
  ])
  if (!session.left) {
    const { message, signature, user, sessionKey, domain } = request
    const { deposit, deadline } = release
    await journal.append({
      type: 'leave',
      message,
      signature,
      user,
      sessionKey,
      domain,
      ...(left.receipt ? { receipt: left.receipt } : {}),
      maxClaim: left.maxClaim,
      deposit,
      deadline,
      release: release.signature,
      acceptedAt: clock(),
    })
    session.left = left
    // The peer stays until the stream is closed on chain: this answer may have to go through its tunnel.
    credit.changed(session)
    gateway.log.info({ stream: session.stream }, 'left')
  }
  return {
    counters,
    release: {
      maxClaim: String(left.maxClaim),
      deposit: String(release.deposit),
      deadline: release.deadline,
      signature: release.signature,
    },
  }
}

/** What the node will claim: the client's final receipt, if it covers what was used; else the best one. */
async function wordOf(gateway: Gateway, session: Session, { receipt: item }: LeaveSignIn) {
  const final = item && (await checkReceipt(gateway, item))
  if (final && final.session !== session)
    throw new ApiError('RECEIPT_BAD_SIGNATURE', 'the final receipt is of another stream')
  const covers = final && final.receipt.cumulative + session.terms.allowance >= owed(session)
  const receipt: SignedReceipt | undefined = covers ? final.receipt : session.best
  const { deposit, settled } = session.chain
  const claim = receipt && receipt.cumulative < deposit ? receipt.cumulative : receipt ? deposit : 0n
  return { receipt, maxClaim: claim > settled ? claim : settled }
}

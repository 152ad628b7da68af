// Leaving: the last count and a release, journalled before they are handed out; the stream is never served again.
import type { SignedReceipt } from '@x4pn/contracts'
import type { LeaveRequest, LeaveResponse } from '@x4pn/gateway-api'
import { ApiError } from '../api-error.ts'
import type { Gateway } from '../gateway.ts'
import { checkSignIn, type SignIn, type SignInRequest } from '../sign-in/check-sign-in.ts'
import { checkReceipt } from './accept-receipt.ts'
import { requireProof } from './admission/proof.ts'
import { requireOpen } from './admission/stream-open.ts'
import type { CreditWriter } from './credit.ts'
import { isLease } from './pass.ts'
import { asSettled } from './receipt-stream.ts'
import { allowanceOf, claimOf, owed, type Session } from './session.ts'

/** `client` as `clientOf` says. */
export type LeaveSignIn = SignInRequest & Pick<LeaveRequest, 'receipt'> & { client: string }
type Word = NonNullable<Session['left']>

/** Runs in turn for each stream. */
export async function leave(gateway: Gateway, credit: CreditWriter, request: LeaveSignIn): Promise<LeaveResponse> {
  const { sessions, chain, clients, clock } = gateway
  const signIn = await checkSignIn(request, { ...gateway, now: clock() })
  const session = sessions.get(signIn.stream)
  if (!session) {
    clients.spend(request.client, 1)
    requireOpen(await chain.stream(signIn.stream))
    throw new ApiError('STREAM_NOT_JOINED')
  }
  await requireProof(gateway, signIn, request)
  // Leaving again gives the same word again.
  if (session.left) return answer(gateway, session, session.left)
  const final = await finalReceipt(gateway, session, request)
  // What is just being settled is part of the word that is given here.
  while (session.settling) await session.settling.catch(() => {})
  // From here to the end nothing is settled: the word would be another. A receipt that comes now changes nothing.
  session.leaving = true
  try {
    const word = wordOf(gateway, session, final)
    const response = await answer(gateway, session, word)
    await record(gateway, signIn, request, word, response)
    session.left = word
    // The release does not wait for a rest that a settlement earned.
    delete session.settleNotBefore
    // The peer stays until the stream is closed on chain: this answer may have to go through its tunnel.
    credit.changed(session)
    gateway.log.info({ stream: session.stream }, 'left')
    return response
  } finally {
    delete session.leaving
  }
}

async function finalReceipt(gateway: Gateway, session: Session, { receipt: item }: LeaveSignIn) {
  if (!item) return undefined
  const { receipt, session: other } = await checkReceipt(gateway, item)
  if (other !== session) throw new ApiError('RECEIPT_BAD_SIGNATURE', 'the final receipt is of another stream')
  if (isLease(receipt)) throw new ApiError('RECEIPT_PASS_INVALID', 'a final receipt claims a sum and no more')
  return receipt
}

/** What the node will claim: the client's final receipt, if it covers what was used; else the best one. */
function wordOf({ config }: Gateway, session: Session, final: SignedReceipt | undefined): Word {
  const covers = final && final.cumulative + allowanceOf(session) >= owed(session)
  const receipt = covers ? final : session.best
  const claim = claimOf(receipt, session)
  const { chain, sent = 0n } = session
  // What is on its way may still be paid.
  const paid = sent > chain.settled ? sent : chain.settled
  const maxClaim = claim > paid ? claim : paid
  return { receipt: receipt && asSettled(config, receipt, session), maxClaim }
}

async function answer({ statements }: Gateway, session: Session, { maxClaim }: Word): Promise<LeaveResponse> {
  const [counters, release] = await Promise.all([statements.counters(session), statements.release(session, maxClaim)])
  const { deposit, deadline, signature } = release
  return { counters, release: { maxClaim: String(maxClaim), deposit: String(deposit), deadline, signature } }
}

function record(
  { journal, clock }: Gateway,
  signIn: SignIn,
  { message, signature }: LeaveSignIn,
  { maxClaim, receipt }: Word,
  { release }: LeaveResponse,
): Promise<void> {
  return journal.append({
    type: 'leave',
    stream: signIn.stream,
    message,
    signature,
    ...(receipt ? { receipt } : {}),
    maxClaim,
    deposit: BigInt(release.deposit),
    deadline: release.deadline,
    release: release.signature,
    acceptedAt: clock(),
  })
}

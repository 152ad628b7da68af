// Leaving: the last count and a release, journalled before they are handed out; the stream is never served again.
import type { LeaveResponse } from '@x4pn/gateway-api'
import { ApiError } from '../api-error.ts'
import type { Gateway } from '../gateway.ts'
import { checkSignIn, type SignInRequest } from '../sign-in/check-sign-in.ts'
import { requireOpen, requireProof } from './join.ts'
import { peerOf } from './peer.ts'
import { claimed } from './session.ts'

/** Runs in turn for each stream. */
export async function leave(gateway: Gateway, request: SignInRequest): Promise<LeaveResponse> {
  const { sessions, statements, journal, tunnel, chain, clock } = gateway
  const signIn = await checkSignIn(request, { ...gateway, now: clock() })
  const session = sessions.get(signIn.stream)
  if (!session) {
    requireOpen(await chain.stream(signIn.stream))
    throw new ApiError('STREAM_NOT_JOINED')
  }
  await requireProof(gateway, signIn, request)
  // Leaving again gives the same word again: the best claim of the first time.
  const maxClaim = session.left?.maxClaim ?? claimed(session)
  const [counters, release] = await Promise.all([statements.counters(session), statements.release(session, maxClaim)])
  if (!session.left) {
    const { message, signature, user, sessionKey, domain } = request
    await journal.append({
      type: 'leave',
      message,
      signature,
      user,
      sessionKey,
      domain,
      maxClaim,
      deposit: release.deposit,
      deadline: release.deadline,
      release: release.signature,
      acceptedAt: clock(),
    })
    session.left = { maxClaim }
    await tunnel
      .remove(peerOf(session))
      .catch((error: unknown) =>
        gateway.log.error({ error, stream: session.stream }, 'a peer that left is still there'),
      )
    gateway.log.info({ stream: session.stream }, 'left')
  }
  return {
    counters,
    release: {
      maxClaim: String(maxClaim),
      deposit: String(release.deposit),
      deadline: release.deadline,
      signature: release.signature,
    },
  }
}

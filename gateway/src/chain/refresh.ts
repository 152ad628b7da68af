// Reads a stream anew and acts on it: a stop ends service, a close ends the session, and what a reorganisation undid is
// cut, or settled once more.
import type { Gateway } from '../gateway.ts'
import type { CreditWriter } from '../sessions/credit.ts'
import { forget } from '../sessions/forget.ts'
import { peerOf } from '../sessions/peer.ts'
import { creditBytes, isOpen, type Session, unsettled } from '../sessions/session.ts'

/**
 * A stream without a deposit is none: its opening was undone by a reorganisation, or the endpoint lags. It may come back,
 * so its receipts are kept; they are worth nothing until then.
 */
export const isGone = ({ chain }: Session): boolean => chain.deposit === 0n

export async function refresh(gateway: Gateway, credit: CreditWriter, session: Session): Promise<void> {
  const { chain, tunnel, log } = gateway
  const { stream } = session
  const state = await chain.stream(stream, session.chain)
  const wasOpen = isOpen(session)
  const wasGone = isGone(session)
  const settledBefore = session.chain.settled
  const creditBefore = creditBytes(session)
  session.chain = state ?? { ...session.chain, deposit: 0n, settled: 0n, servable: 0n }
  if (session.chain.servable < session.chain.deposit) session.recheckAt ??= 'next'
  if (!session.chain.closed) {
    // Most readings say what was known: nothing is written for them.
    if (creditBytes(session) !== creditBefore) credit.changed(session)
    if (wasOpen && !isOpen(session)) log.info({ stream }, 'stopped on chain: cut')
    if (!wasGone && isGone(session)) log.warn({ stream }, 'gone from the chain: cut until it is back')
    if (session.chain.settled < settledBefore && !isGone(session)) {
      log.warn({ stream, amount: unsettled(session).toString() }, 'a settlement was undone on chain: sent again')
      // As good as waiting for ever: due by age at once.
      session.unsettledSince = 0
      delete session.settleNotBefore
    }
    return
  }
  try {
    await tunnel.remove(peerOf(session))
  } catch (error) {
    // It stays known, with its address and key, until the tunnel has let go of it: the watcher comes back to it.
    void credit.changed(session)
    log.error({ stream, error: String(error) }, 'closed on chain, but its peer was not removed: cut, and tried again')
    return
  }
  await forget(gateway, session, 'closed on chain')
}

// Follows the chain: what becomes of the streams that are served here. By polling with a cursor; when the chain does not
// answer, sessions go on within what their receipts cover.
import type { Gateway } from '../gateway.ts'
import { repeat } from '../repeat.ts'
import type { CreditWriter } from '../sessions/credit.ts'
import { peerOf } from '../sessions/peer.ts'
import { isOpen, type Session } from '../sessions/session.ts'

const POLL_INTERVAL = 1_000
/** Blocks asked for at once: what public endpoints take. */
const MAX_RANGE = 1_000n

export function startWatcher(gateway: Gateway, credit: CreditWriter): { stop: () => Promise<void> } {
  const { chain, sessions, log } = gateway
  let cursor: bigint | undefined
  let answering = true

  const poll = async () => {
    const head = await chain.blockNumber()
    gateway.record = (await chain.record()) ?? gateway.record
    if (cursor === undefined) {
      for (const session of [...sessions.all()]) await refresh(gateway, credit, session)
      cursor = head
    }
    for (const session of [...sessions.all()].filter(isGone)) await refresh(gateway, credit, session)
    while (cursor < head) {
      const to: bigint = cursor + MAX_RANGE < head ? cursor + MAX_RANGE : head
      for (const id of await chain.changedStreams(cursor + 1n, to)) {
        const session = sessions.get(id)
        if (session) await refresh(gateway, credit, session)
      }
      cursor = to
    }
    gateway.health.chainReadAt = gateway.clock()
    if (!answering) log.info('the chain answers again')
    answering = true
  }
  return repeat(poll, POLL_INTERVAL, (error) => {
    if (answering) log.warn({ error: String(error) }, 'the chain does not answer; sessions go on within their receipts')
    answering = false
  })
}

/**
 * A stream without a deposit is none: its opening was undone by a reorganisation, or the endpoint lags. It may come back,
 * so its receipts are kept; they are worth nothing until then.
 */
const isGone = ({ chain }: Session): boolean => chain.deposit === 0n

/** Reads a stream anew and acts on it: a stop ends service, a close ends the session. */
export async function refresh(gateway: Gateway, credit: CreditWriter, session: Session): Promise<void> {
  const { chain, sessions, journal, tunnel, clock, log } = gateway
  const state = await chain.stream(session.stream)
  const wasOpen = isOpen(session)
  const wasGone = isGone(session)
  session.chain = state ?? { ...session.chain, deposit: 0n, settled: 0n }
  if (!session.chain.closed) {
    credit.changed(session)
    if (wasOpen && !isOpen(session)) log.info({ stream: session.stream }, 'stopped on chain: cut')
    if (!wasGone && isGone(session)) log.warn({ stream: session.stream }, 'gone from the chain: cut until it is back')
    return
  }
  sessions.remove(session)
  await tunnel.remove(peerOf(session))
  await journal.append({ type: 'forgotten', stream: session.stream, acceptedAt: clock() })
  log.info({ stream: session.stream }, 'closed on chain: forgotten')
}

// The counts that the node signs: on disk, as the floor after a loss of the kernel's counters, and to those who listen, as
// evidence that both sides hold.
import { setImmediate } from 'node:timers/promises'
import type { SignedCounters } from '@x4pn/gateway-api'
import type { Gateway } from './gateway.ts'
import type { Session } from './sessions/session.ts'

/** Sessions at a time: what else waits, a receipt above all, has its turn after some milliseconds. */
const AT_ONCE = 64

/** What was signed last, by session. */
const signed = new WeakMap<Session, SignedCounters>()

/** The count that is on disk, by session. */
const recordedBytes = new WeakMap<Session, bigint>()

/** Bytes by which the count on disk is behind. */
export const unrecorded = (session: Session) => session.usedBytes - (recordedBytes.get(session) ?? 0n)

/** Puts the signed counts of these sessions on disk. Never rejects: a full disk must not look like a broken tunnel. */
export async function recordCounters(
  { statements, journal, clock, sessions, log }: Gateway,
  moved: Set<Session>,
  which: (session: Session) => boolean,
): Promise<void> {
  for (const session of moved) if (sessions.get(session.stream) !== session) moved.delete(session)
  const due = [...moved].filter(which)
  for (let at = 0; at < due.length; at += AT_ONCE) {
    const written = Promise.all(
      due.slice(at, at + AT_ONCE).map(async (session) => {
        moved.delete(session)
        if (unrecorded(session) <= 0n) return
        const before = recordedBytes.get(session) ?? 0n
        const counters = await statements.counters(session)
        signed.set(session, counters)
        recordedBytes.set(session, BigInt(counters.usedBytes))
        try {
          await journal.append({ type: 'counters', counters, acceptedAt: clock() })
        } catch (error) {
          recordedBytes.set(session, before)
          moved.add(session)
          throw error
        }
      }),
    )
    try {
      await written
    } catch (error) {
      log.error({ error: String(error) }, 'counts were not written down')
      return
    }
  }
}

/** @returns tells those who listen, where count or handshake is another than they were told last. */
export function tellCounters({ statements, feed, sessions }: Gateway): () => Promise<void> {
  const told = new WeakMap<Session, SignedCounters>()
  return async () => {
    for (const [index, stream] of feed.streams().entries()) {
      if (index % AT_ONCE === 0) await setImmediate()
      const session = sessions.get(stream)
      if (!session || says(told.get(session), session)) continue
      const last = signed.get(session)
      const data = says(last, session) ? last : await statements.counters(session)
      told.set(session, data)
      feed.publish({ event: 'counters', data })
    }
  }
}

const says = (counters: SignedCounters | undefined, session: Session): counters is SignedCounters =>
  counters?.usedBytes === String(session.usedBytes) && counters.lastHandshake === session.lastHandshake

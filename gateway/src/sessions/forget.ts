// The end of a session whose peer is gone: out of memory and out of the journal, its addresses free.
import type { Gateway } from '../gateway.ts'
import type { Session } from './session.ts'

export async function forget(
  { sessions, journal, clock, log }: Pick<Gateway, 'sessions' | 'journal' | 'clock' | 'log'>,
  session: Session,
  why: string,
): Promise<void> {
  const { stream } = session
  // Somebody else may have been first.
  if (sessions.get(stream) !== session) return
  sessions.remove(session)
  await journal.append({ type: 'forgotten', stream, acceptedAt: clock() })
  log.info({ stream }, `${why}: forgotten`)
}

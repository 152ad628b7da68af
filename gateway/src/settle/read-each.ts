// Reads streams anew before money is moved.
import { refresh } from '../chain/refresh.ts'
import type { Session } from '../sessions/session.ts'
import type { Work } from './settler.ts'

/** Milliseconds until one that could not be read is looked at again: longer than a failure's rest, so that others have theirs. */
const REST_OF_UNREAD = 60_000

/** @returns those that could be read: one that cannot holds up no other. Rejects when none can: the chain is silent. */
export async function readEach({ gateway, credit }: Work, sessions: readonly Session[]): Promise<Session[]> {
  const read = await Promise.allSettled(sessions.map((session) => refresh(gateway, credit, session)))
  const readable = sessions.filter((_, index) => read[index]?.status === 'fulfilled')
  for (const session of sessions) {
    if (!readable.includes(session)) session.settleNotBefore = gateway.clock() + REST_OF_UNREAD
  }
  const failed = read.find((result) => result.status === 'rejected')
  if (failed && readable.length === 0) throw failed.reason
  return readable
}

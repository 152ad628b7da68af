// Takes peers out of WireGuard once their stream has ended and they have fallen silent: their place is free from then on.
// The session itself stays until the chain has closed its stream, since there is money in it; where there is none it is
// forgotten after a day. A client that pays anew joins anew, and goes on where the chain says that it was.
import type { Gateway } from '../gateway.ts'
import { repeat } from '../repeat.ts'
import { forget } from '../sessions/forget.ts'
import { peerOf } from '../sessions/peer.ts'
import { isDone, isOpen, type Session } from '../sessions/session.ts'

/** Also how long one that is open again waits for its peer. */
const INTERVAL = 1_000
/** Milliseconds. A client that is there shakes hands every two minutes. */
const SILENCE = 180_000
/** Milliseconds. Until then one who is asleep finds the API through its tunnel, and can pay anew. */
const FORGOTTEN_AFTER = 86_400_000

type Parts = Pick<Gateway, 'sessions' | 'tunnel' | 'journal' | 'clock' | 'log'>

/** @param monotonic Milliseconds that never jump: a handshake's own time is the wall clock's. */
export function startIdlePeers(parts: Parts, monotonic = () => performance.now()): { stop: () => Promise<void> } {
  return repeat(idlePeers(parts, monotonic), INTERVAL, (error) =>
    parts.log.error({ error: String(error) }, 'idle peers were not looked at'),
  )
}

/** @returns one look at all sessions. */
export function idlePeers(parts: Parts, monotonic: () => number): () => Promise<void> {
  const { sessions, tunnel, log } = parts
  /** Of ended and used-up sessions: the last handshake that was seen, and since when there is none after it. */
  const silent = new WeakMap<Session, { handshake: number; since: number }>()

  // `peerless` changes before the tunnel does: one that is made anew meanwhile goes by it.
  const addAgain = async (session: Session) => {
    delete session.peerless
    try {
      await tunnel.add(peerOf(session))
    } catch (error) {
      session.peerless = true
      throw error
    }
    // Its stream was closed meanwhile.
    if (sessions.get(session.stream) !== session) await tunnel.remove(peerOf(session))
  }
  const remove = async (session: Session) => {
    session.peerless = true
    try {
      await tunnel.remove(peerOf(session))
    } catch (error) {
      delete session.peerless
      throw error
    }
    log.info({ stream: session.stream }, 'ended and silent: its peer is removed')
  }

  const silenceOf = (session: Session, now: number): number => {
    const known = silent.get(session)
    if (known?.handshake === session.lastHandshake) return now - known.since
    silent.set(session, { handshake: session.lastHandshake, since: now })
    return 0
  }

  const look = async (session: Session, now: number) => {
    // Its stop was undone by a reorganisation of the chain, or its owner vouches for it again.
    if (isOpen(session) && session.peerless) return addAgain(session)
    const silence = silenceOf(session, now)
    const isOver = isDone(session) && silence >= FORGOTTEN_AFTER
    if ((isOver || (!isOpen(session) && silence >= SILENCE)) && !session.peerless) await remove(session)
    // It may have paid anew meanwhile: then the next look gives it its peer back.
    if (isOver && isDone(session)) await forget(parts, session, 'nothing to come, and silent for a day')
  }
  return async () => {
    const now = monotonic()
    for (const session of [...sessions.all()]) {
      // Almost all of them, each second.
      if (isOpen(session) && !isDone(session)) {
        silent.delete(session)
        if (!session.peerless) continue
      }
      // One that fails keeps no other from being looked at.
      await look(session, now).catch((error: unknown) => {
        const { stream } = session
        log.error({ stream, error: String(error) }, 'an idle peer was not removed, or not added again: tried again')
      })
    }
  }
}

// Takes peers out of WireGuard once their stream has ended and they have fallen silent. The session itself stays until
// the chain has closed its stream: there is money in it. Its place is free from then on.
import type { Gateway } from '../gateway.ts'
import { repeat } from '../repeat.ts'
import { peerOf } from '../sessions/peer.ts'
import { isOpen, type Session } from '../sessions/session.ts'

/** Also how long one that is open again waits for its peer. */
const INTERVAL = 1_000
/** Milliseconds. A client that is there shakes hands every two minutes. */
const SILENCE = 180_000

type Parts = Pick<Gateway, 'sessions' | 'tunnel' | 'log'>

/** @param monotonic Milliseconds that never jump: a handshake's own time is the wall clock's. */
export function startIdlePeers(parts: Parts, monotonic = () => performance.now()): { stop: () => Promise<void> } {
  return repeat(idlePeers(parts, monotonic), INTERVAL, (error) =>
    parts.log.error({ error: String(error) }, 'idle peers were not looked at'),
  )
}

/** @returns one look at all sessions. */
export function idlePeers({ sessions, tunnel, log }: Parts, monotonic: () => number): () => Promise<void> {
  /** Of ended sessions: the last handshake that was seen, and since when there is none after it. */
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

  const look = async (session: Session, now: number) => {
    if (isOpen(session)) {
      // Its stop was undone by a reorganisation of the chain, or its owner vouches for it again.
      if (session.peerless) await addAgain(session)
      return
    }
    if (session.peerless) return
    const known = silent.get(session)
    if (known?.handshake !== session.lastHandshake)
      silent.set(session, { handshake: session.lastHandshake, since: now })
    else if (now - known.since >= SILENCE) await remove(session)
  }
  return async () => {
    const now = monotonic()
    for (const session of [...sessions.all()]) {
      if (isOpen(session)) silent.delete(session)
      // Almost all of them, each second.
      if (isOpen(session) && !session.peerless) continue
      // One that fails keeps no other from being looked at.
      await look(session, now).catch((error: unknown) => {
        const { stream } = session
        log.error({ stream, error: String(error) }, 'an idle peer was not removed, or not added again: tried again')
      })
    }
  }
}

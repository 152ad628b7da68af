// A session as the tunnel sees it.
import type { Peer } from '../tunnel/tunnel.ts'
import { creditBytes, type Session } from './session.ts'
import type { SessionStore } from './store.ts'

/** All that belong into the tunnel. */
export const peersOf = (sessions: Pick<SessionStore, 'all'>): Peer[] =>
  [...sessions.all()].filter(({ peerless }) => !peerless).map(peerOf)

export function peerOf(session: Session): Peer {
  const { stream, wireguardKey, address4, address6, usedBytes } = session
  return { stream, wireguardKey, address4, address6, usedBytes, entitledBytes: usedBytes + creditBytes(session) }
}

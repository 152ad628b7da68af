// Sessions that a test makes up, one like the other.
import type { Session } from '../sessions/session.ts'
import { peerAt } from './peer.ts'

/** An open stream's. @param index 1 to 9. */
export function sessionAt(index: number): Session {
  const { stream, wireguardKey, address4, address6, usedBytes } = peerAt(index)
  return {
    stream,
    user: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
    sessionKey: '0x5fbdb2315678afecb367f032d93f642f64180aa4',
    terms: { pricePerGiB: 1n, allowance: 1n, passRate: 0n, decimals: 6 },
    address4,
    address6,
    wireguardKey,
    signedInAt: 0,
    chain: { deposit: 1n, settled: 0n, stoppedAt: 0, closed: false, servable: 1n },
    usedBytes,
    lastHandshake: 1_000,
  }
}

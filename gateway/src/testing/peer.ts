// Peers of a tunnel, one like the other.
import type { Peer } from '../tunnel/tunnel.ts'

/** @param index 1 to 65,534. */
export const peerAt = (index: number, change: Partial<Pick<Peer, 'usedBytes' | 'entitledBytes'>> = {}): Peer => {
  const word = `0x${index.toString(16).padStart(64, '0')}` as const
  const place = index + 1
  return {
    stream: word,
    wireguardKey: word,
    address4: `10.64.${place >> 8}.${place & 255}`,
    address6: `fd58:3450:4e00:0:0:0:a40:${place.toString(16)}`,
    usedBytes: 0n,
    entitledBytes: 0n,
    ...change,
  }
}

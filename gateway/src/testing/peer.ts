// Peers of a tunnel, one like the other.
import type { Peer } from '../tunnel/tunnel.ts'

/** @param index 1 to 9. */
export const peerAt = (index: number, change: Partial<Pick<Peer, 'usedBytes' | 'entitledBytes'>> = {}): Peer => ({
  stream: `0x${String(index).repeat(64)}`,
  wireguardKey: `0x${String(index).repeat(64)}`,
  address4: `10.64.0.${index + 1}`,
  address6: `fd58:3450:4e00:0:0:0:a40:${index + 1}`,
  usedBytes: 0n,
  entitledBytes: 0n,
  ...change,
})

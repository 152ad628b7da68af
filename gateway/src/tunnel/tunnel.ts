// What the gateway asks of a tunnel.
import type { Hash, Hex } from 'viem'

/** A session as the tunnel sees it. */
export type Peer = {
  stream: Hash
  wireguardKey: Hex
  address4: string
  address6: string
  /** IP bytes both ways, from the session's beginning. */
  usedBytes: bigint
  /** How many bytes, from the session's beginning, may pass. */
  entitledBytes: bigint
}

export interface Tunnel {
  readonly simulated: boolean
  /** Bytes that counters of an earlier run of this gateway still hold. Traffic stands still from here to `ensure`. */
  surviving(): Promise<Map<Hash, bigint>>
  /** Interface, firewall and exactly these peers, the firewall first. Safe to repeat; mends what was destroyed. */
  ensure(peers: readonly Peer[]): Promise<void>
  /** Several at once share the work; each stands or fails for itself. */
  add(peer: Peer): Promise<void>
  rotateKey(peer: Peer, oldKey: Hex): Promise<void>
  /** One that is not there is as good as removed. */
  remove(peer: Peer): Promise<void>
  /** The most that each session gets from now on, bytes a second, both ways together. */
  limitRate(bytesPerSecond: number): Promise<void>
  /** Lets each of these pass up to its `entitledBytes`. */
  setCredit(peers: readonly Peer[]): Promise<void>
  /** Bytes by stream, at least of those that moved since the last reading. Rejects when they cannot be read: whoever cannot meter must not serve. */
  readUsage(): Promise<Map<Hash, bigint>>
  /** Unix seconds of the last handshake by WireGuard key, 0 never. */
  readHandshakes(): Promise<Map<Hex, number>>
  /** Says that the gateway lives. Without it all traffic ends within `ALIVE_SECONDS`. */
  keepAlive(): Promise<void>
  /** Removes interface and firewall. */
  stop(): Promise<void>
}

/** A dead gateway's sessions are cut by the kernel after this time. */
export const ALIVE_SECONDS = 4

// A tunnel without a tunnel, for machines that may not make one: every peer "uses" bytes at a steady rate while it has
// credit. Nothing passes; whatever shows these numbers says that they are simulated.
import type { Hash, Hex } from 'viem'
import type { Peer, Tunnel } from './tunnel.ts'

/** Made-up traffic of one peer, bytes a second. */
const BYTES_PER_SECOND = 16 * 2 ** 20

export class SimulatedTunnel implements Tunnel {
  readonly simulated = true
  readonly #peers = new Map<Hash, Peer>()
  readonly #clock: () => number
  #readAt: number

  /** @param clock Milliseconds that never go back. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
    this.#readAt = clock()
  }

  async surviving(): Promise<Map<Hash, bigint>> {
    return new Map()
  }

  async ensure(peers: readonly Peer[]): Promise<void> {
    this.#peers.clear()
    for (const peer of peers) this.#peers.set(peer.stream, { ...peer })
  }

  async add(peer: Peer): Promise<void> {
    this.#peers.set(peer.stream, { ...peer })
  }

  rotateKey(peer: Peer): Promise<void> {
    return this.add(peer)
  }

  async remove(peer: Peer): Promise<void> {
    this.#peers.delete(peer.stream)
  }

  async setCredit(peers: readonly Peer[]): Promise<void> {
    for (const { stream, entitledBytes } of peers) {
      const peer = this.#peers.get(stream)
      if (peer) peer.entitledBytes = entitledBytes
    }
  }

  async readUsage(): Promise<Map<Hash, bigint>> {
    const now = this.#clock()
    const step = BigInt(Math.floor(((now - this.#readAt) / 1000) * BYTES_PER_SECOND))
    this.#readAt = now
    const usage = new Map<Hash, bigint>()
    for (const peer of this.#peers.values()) {
      const wanted = peer.usedBytes + step
      if (peer.entitledBytes > peer.usedBytes) {
        peer.usedBytes = wanted < peer.entitledBytes ? wanted : peer.entitledBytes
      }
      usage.set(peer.stream, peer.usedBytes)
    }
    return usage
  }

  async readHandshakes(): Promise<Map<Hex, number>> {
    const now = Math.floor(Date.now() / 1000)
    return new Map([...this.#peers.values()].map(({ wireguardKey }) => [wireguardKey, now]))
  }

  async limitRate(): Promise<void> {}

  async keepAlive(): Promise<void> {}

  async stop(): Promise<void> {
    this.#peers.clear()
  }
}

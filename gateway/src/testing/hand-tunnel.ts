// A tunnel by hand: bytes pass when a test says so, as far as the credit reaches, and changes fail when it wants them to.
// Its counters survive the gateway, as a kernel's do.
import type { Hash, Hex } from 'viem'
import type { Peer, Tunnel } from '../tunnel/tunnel.ts'

type Change = 'ensure' | 'add' | 'rotateKey' | 'remove' | 'readUsage'

export class HandTunnel implements Tunnel {
  readonly simulated = true
  readonly peers = new Map<Hash, Peer>()
  /** Calls that fail while they are in here. */
  readonly failing = new Set<Change>()
  aliveSigns = 0
  readings = 0
  /** Unix seconds by WireGuard key. */
  readonly handshakes = new Map<Hex, number>()
  handshakeReadings = 0
  /** As after a kill of the gateway: interface and counters stay. */
  outlives = false

  /** @returns how many of these bytes passed. */
  pass(stream: Hash, bytes: bigint): bigint {
    const peer = this.peers.get(stream)
    if (!peer) throw new Error(`there is no peer for ${stream}`)
    const credit = peer.entitledBytes > peer.usedBytes ? peer.entitledBytes - peer.usedBytes : 0n
    const passed = bytes < credit ? bytes : credit
    peer.usedBytes += passed
    return passed
  }

  async surviving(): Promise<Map<Hash, bigint>> {
    return new Map([...this.peers].map(([stream, { usedBytes }]) => [stream, usedBytes]))
  }

  async ensure(peers: readonly Peer[]): Promise<void> {
    this.#try('ensure')
    this.peers.clear()
    for (const peer of peers) this.peers.set(peer.stream, { ...peer })
  }

  async add(peer: Peer): Promise<void> {
    this.#try('add')
    this.peers.set(peer.stream, { ...peer })
  }

  async rotateKey({ stream, wireguardKey }: Peer, oldKey: Hex): Promise<void> {
    this.#try('rotateKey')
    const peer = this.peers.get(stream)
    if (peer?.wireguardKey !== oldKey) throw new Error(`${oldKey} is not the peer's key`)
    peer.wireguardKey = wireguardKey
  }

  async remove({ stream }: Peer): Promise<void> {
    this.#try('remove')
    this.peers.delete(stream)
  }

  async setCredit(peers: readonly Peer[]): Promise<void> {
    for (const { stream, entitledBytes } of peers) {
      const peer = this.peers.get(stream)
      if (peer) peer.entitledBytes = entitledBytes
    }
  }

  async readUsage(): Promise<Map<Hash, bigint>> {
    this.#try('readUsage')
    this.readings++
    return this.surviving()
  }

  async readHandshakes(): Promise<Map<Hex, number>> {
    this.handshakeReadings++
    return new Map(this.handshakes)
  }

  async limitRate(): Promise<void> {}

  async keepAlive(): Promise<void> {
    this.aliveSigns++
  }

  async stop(): Promise<void> {
    if (!this.outlives) this.peers.clear()
  }

  #try(change: Change): void {
    if (this.failing.has(change)) throw new Error(`${change} fails, as it was told to`)
  }
}

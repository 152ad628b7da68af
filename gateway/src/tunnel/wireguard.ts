// The real tunnel: a WireGuard interface, and a firewall that lets through what is paid. The kernel enforces the
// credit, because at 500 Mbit/s a one-second tick would be 60 MB late.
import { execa } from 'execa'
import type { Hash, Hex } from 'viem'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { parsePool4, parsePool6 } from '../sessions/addresses.ts'
import { Batch } from './batch.ts'
import * as wg from './interface.ts'
import { applyNft, readCounters } from './nft.ts'
import * as ruleset from './ruleset.ts'
import type { Peer, Tunnel } from './tunnel.ts'

/** Below this a quota has run out, or is one large packet from it; then it is made anew instead of being raised. */
const RAISE_MARGIN = 128n * 2n ** 10n

/** A reading older than this, milliseconds, says too little of what passed since. */
const READING_LIFE = 3_000
/** A quota with this much left at the last reading, and twice what passed before it, has not run out since. */
const AMPLE = 2n ** 20n

/** A quota in the kernel: it counts from `base` of the session's bytes up to `base + limit`. */
type Quota = { base: bigint; limit: bigint }

export class WireguardTunnel implements Tunnel {
  readonly simulated = false
  readonly #interface: wg.InterfaceSettings
  readonly #ruleset: ruleset.RulesetContext
  readonly #quotas = new Map<Hash, Quota>()
  readonly #peers = new Map<Hash, Peer>()
  /** Peers whose quota was raised, not made anew, since it last stood still. */
  readonly #raised = new Set<Peer>()
  /** Bytes that each peer moved between the last two readings; nothing of those that stood still. */
  #moved = new Map<Hash, bigint>()
  #readAt = Number.NEGATIVE_INFINITY
  readonly #log: Log
  /** Bytes a second of each session; undefined: no limit. */
  #rate: number | undefined
  /** One change at a time: each script is written from what the one before left. */
  #queue: Promise<unknown> = Promise.resolve()

  /** Joins that come while one is on its way go together in the next. */
  readonly #added = new Batch<Peer>((peers) => this.#inTurn(() => this.#addAll(peers)))

  constructor(config: Config, { privateKey, dns }: { privateKey: Uint8Array; dns: boolean }, log: Log) {
    const pool4 = parsePool4(config.pool4)
    const pool6 = parsePool6(config.pool6)
    const { interface: name, port, mtu } = config.wireguard
    const addresses = [`${pool4.gateway}/${pool4.prefix}`, `${pool6}::1/64`]
    const api = new URL(config.apiUrl)
    this.#log = log
    this.#rate = firstRate(config)
    this.#interface = { name, privateKey, port, mtu, addresses }
    this.#ruleset = {
      table: name,
      interface: name,
      pool4: config.pool4,
      pool6: config.pool6,
      gateway4: pool4.gateway,
      gateway6: `${pool6}::1`,
      api: {
        port: config.listen.port,
        publicPort: Number(api.port) || (api.protocol === 'https:' ? 443 : 80),
        publicAddress: config.publicAddress,
      },
      policy: config.exitPolicy,
      dns,
    }
  }

  async surviving(): Promise<Map<Hash, bigint>> {
    const { table } = this.#ruleset
    const { failed } = await execa('nft', ['flush', 'set', 'inet', table, 'alive'], { reject: false })
    if (failed) return new Map()
    const counters = await readCounters(table)
    return new Map([...counters].map(([name, bytes]) => [ruleset.streamOf(name), bytes]))
  }

  ensure(peers: readonly Peer[]): Promise<void> {
    return this.#inTurn(async () => {
      // An interface that is made now has no peers yet: the firewall is there before they are.
      await Promise.all([
        applyNft(ruleset.fullRuleset(this.#ruleset, peers, this.#rate)),
        wg.ensureInterface(this.#interface),
      ])
      this.#peers.clear()
      this.#quotas.clear()
      this.#raised.clear()
      for (const peer of peers) this.#remember(peer)
      await wg.syncPeers(this.#interface.name, this.#interface, peers)
    })
  }

  add(peer: Peer): Promise<void> {
    return this.#added.add(peer)
  }

  rotateKey(peer: Peer, oldKey: Hex): Promise<void> {
    return this.#inTurn(async () => {
      // The old key goes first: two peers cannot hold the same addresses.
      const { name } = this.#interface
      await wg.removePeer(name, oldKey)
      try {
        await wg.setPeers(name, [peer])
      } catch (error) {
        await wg.setPeers(name, [{ ...peer, wireguardKey: oldKey }])
        throw error
      }
    })
  }

  remove(peer: Peer): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#peers.has(peer.stream)) return
      await wg.removePeer(this.#interface.name, peer.wireguardKey)
      await applyNft(ruleset.removePeer(this.#ruleset.table, peer, this.#rate))
      const own = this.#peers.get(peer.stream)
      if (own) this.#raised.delete(own)
      this.#peers.delete(peer.stream)
      this.#quotas.delete(peer.stream)
    })
  }

  limitRate(bytesPerSecond: number): Promise<void> {
    return this.#inTurn(async () => {
      const { table } = this.#ruleset
      const changes = [...this.#peers.values()].map((peer) =>
        ruleset.changeRate(table, peer, this.#rate, bytesPerSecond),
      )
      await applyNft(changes.join(''))
      this.#rate = bytesPerSecond
    })
  }

  setCredit(peers: readonly Peer[]): Promise<void> {
    return this.#inTurn(async () => {
      const known = peers.filter(({ stream }) => this.#quotas.has(stream))
      if (known.length === 0) return
      // nft loads the whole table to read one counter. A quota that is far from its end is raised without a look: the
      // kernel goes on counting in it.
      const counters = known.every(({ stream }) => this.#isAmple(stream))
        ? undefined
        : await readCounters(this.#ruleset.table)
      await applyNft(known.map((peer) => this.#changeCredit(peer, counters)).join(''))
    })
  }

  readUsage(): Promise<Map<Hash, bigint>> {
    return this.#inTurn(async () => {
      const counters = await readCounters(this.#ruleset.table)
      const moved = new Map<Hash, bigint>()
      const usage = new Map<Hash, bigint>()
      const idle = new Set(this.#raised)
      let missing = this.#peers.size
      for (const [name, bytes] of counters) {
        const stream = ruleset.streamOf(name)
        const peer = this.#peers.get(stream)
        if (!peer) continue
        missing--
        if (bytes === peer.usedBytes) continue
        // A raised quota may have counted packets that it dropped in between; while nothing passes it is set right.
        idle.delete(peer)
        moved.set(stream, bytes - peer.usedBytes)
        peer.usedBytes = bytes
        usage.set(stream, bytes)
      }
      this.#moved = moved
      this.#readAt = performance.now()
      if (missing > 0) throw new Error(`the table ${this.#ruleset.table} lacks the counters of ${missing} sessions`)
      if (idle.size > 0) await applyNft([...idle].map((peer) => this.#renew(peer)).join(''))
      return usage
    })
  }

  readHandshakes(): Promise<Map<Hex, number>> {
    return wg.readHandshakes(this.#interface.name)
  }

  keepAlive(): Promise<void> {
    return this.#inTurn(() => applyNft(ruleset.renewAlive(this.#ruleset.table, this.#interface.name)))
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      const { table } = this.#ruleset
      await wg.removeInterface(this.#interface.name)
      await applyNft(`table inet ${table}\ndelete table inet ${table}\n`)
      this.#log.info({ interface: this.#interface.name }, 'tunnel removed')
    })
  }

  /** Firewall first, peers after; on a failure none of them is left behind. */
  async #addAll(peers: readonly Peer[]): Promise<void> {
    const { table } = this.#ruleset
    const { name } = this.#interface
    await applyNft(peers.map((peer) => ruleset.addPeer(table, peer, this.#rate)).join(''))
    try {
      await wg.setPeers(name, peers)
    } catch (error) {
      // Some of them may be in.
      for (const { wireguardKey } of peers) await wg.removePeer(name, wireguardKey).catch(() => {})
      await applyNft(peers.map((peer) => ruleset.removePeer(table, peer, this.#rate)).join(''))
      throw error
    }
    for (const peer of peers) this.#remember(peer)
  }

  /** Whether it cannot have run out since the last reading. Where that errs, what it counted of dropped packets is set right when nothing passes. */
  #isAmple(stream: Hash): boolean {
    const peer = this.#peers.get(stream)
    const quota = this.#quotas.get(stream)
    if (!peer || !quota || performance.now() - this.#readAt > READING_LIFE) return false
    return quota.base + quota.limit - peer.usedBytes > AMPLE + 2n * (this.#moved.get(stream) ?? 0n)
  }

  /** @param counters Undefined: it is far from its end. */
  #changeCredit({ stream, entitledBytes }: Peer, counters: ReadonlyMap<string, bigint> | undefined): string {
    const peer = this.#peers.get(stream)
    const quota = this.#quotas.get(stream)
    if (!peer || !quota) throw new Error(`no peer for ${stream}`)
    peer.entitledBytes = entitledBytes
    // Not kept: the next reading is to find that it moved.
    const usedBytes = counters?.get(ruleset.objectName(stream)) ?? peer.usedBytes
    if (quota.base + quota.limit - usedBytes < RAISE_MARGIN) return this.#renew(peer, usedBytes)
    quota.limit = entitledBytes - quota.base
    this.#raised.add(peer)
    return ruleset.raiseCredit(this.#ruleset.table, stream, quota.limit)
  }

  #renew(peer: Peer, usedBytes = peer.usedBytes): string {
    const now = { ...peer, usedBytes }
    this.#raised.delete(peer)
    this.#quotas.set(peer.stream, quotaOf(now))
    return ruleset.renewCredit(this.#ruleset.table, now)
  }

  #remember(peer: Peer): void {
    const own = { ...peer }
    this.#peers.set(peer.stream, own)
    this.#quotas.set(peer.stream, quotaOf(own))
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(change)
    this.#queue = result.catch(() => {})
    return result
  }
}

/** Until the first second has shown who wants how much. */
function firstRate({ rates: { session, total } }: Config): number | undefined {
  return session === undefined || total === undefined ? (session ?? total) : Math.min(session, total)
}

const quotaOf = ({ usedBytes, entitledBytes }: Peer): Quota => ({
  base: usedBytes,
  limit: entitledBytes - usedBytes,
})

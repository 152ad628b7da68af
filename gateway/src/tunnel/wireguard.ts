// The real tunnel: a WireGuard interface, and a firewall that lets through what is paid. The kernel enforces the
// credit, because at 500 Mbit/s a one-second tick would be 60 MB late.
import { isIP } from 'node:net'
import { execa } from 'execa'
import type { Hash, Hex } from 'viem'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { parsePool4, parsePool6 } from '../sessions/addresses.ts'
import { Batch } from './batch.ts'
import * as wg from './interface.ts'
import { Nft } from './nft.ts'
import { Quotas } from './quotas.ts'
import * as ruleset from './ruleset.ts'
import type { Peer, Tunnel } from './tunnel.ts'

export class WireguardTunnel implements Tunnel {
  readonly simulated = false
  readonly #interface: wg.InterfaceSettings
  readonly #ruleset: ruleset.RulesetContext
  readonly #nft: Nft
  readonly #quotas: Quotas
  /** Table and interface, made while the journal is read. */
  #ready: Promise<void> | undefined
  readonly #log: Log
  /** Bytes a second of each session; undefined: no limit. */
  #rate: number | undefined
  /** One change at a time: each script is written from what the one before left. */
  #queue: Promise<unknown> = Promise.resolve()
  /** Of each stream that is being added, until it is or cannot be: what concerns it waits for that. Never rejects. */
  readonly #adding = new Map<Hash, Promise<void>>()
  /** Joins that come while one is on its way go together in the next. */
  readonly #additions = new Batch<Peer>((peers) => this.#inTurn(() => this.#addAll(peers)))

  constructor(config: Config, { privateKey, dns }: { privateKey: Uint8Array; dns: boolean }, log: Log) {
    const pool4 = parsePool4(config.pool4)
    const pool6 = parsePool6(config.pool6)
    const { interface: name, port, mtu } = config.wireguard
    const addresses = [`${pool4.gateway}/${pool4.prefix}`, `${pool6}::1/64`]
    const api = new URL(config.apiUrl)
    this.#log = log
    this.#nft = new Nft(log)
    this.#quotas = new Quotas(name)
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
        ...(isIP(api.hostname) === 0 && !api.hostname.startsWith('[') ? { name: api.hostname } : {}),
      },
      policy: config.exitPolicy,
      dns,
    }
  }

  async surviving(): Promise<Map<Hash, bigint>> {
    const { table } = this.#ruleset
    const { failed } = await execa('nft', ['-f', '-'], { input: ruleset.forgetAlive(table), reject: false })
    const counters = failed ? new Map<Hash, bigint>() : await this.#readStreams()
    // What takes time is begun while the journal is read. A table that is there is left: its counts are nowhere else yet.
    this.#ready = this.#inTurn(() => this.#makeReady(failed ? [] : undefined))
    this.#ready.catch(() => {})
    return counters
  }

  ensure(peers: readonly Peer[]): Promise<void> {
    const ready = this.#ready
    this.#ready = undefined
    return this.#inTurn(async () => {
      const { name } = this.#interface
      if (ready) {
        await ready
        await Promise.all([this.#replaceTable(peers), wg.syncPeers(name, this.#interface, peers)])
      } else {
        await this.#makeReady(peers)
        await wg.syncPeers(name, this.#interface, peers)
      }
    })
  }

  add(peer: Peer): Promise<void> {
    const added = this.#additions.add(peer)
    const over = added
      .catch(() => {})
      .finally(() => {
        if (this.#adding.get(peer.stream) === over) this.#adding.delete(peer.stream)
      })
    this.#adding.set(peer.stream, over)
    return added
  }

  async rotateKey(peer: Peer, oldKey: Hex): Promise<void> {
    await this.#adding.get(peer.stream)
    await this.#inTurn(async () => {
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

  async remove(peer: Peer): Promise<void> {
    await this.#adding.get(peer.stream)
    await this.#inTurn(async () => {
      if (!this.#quotas.has(peer.stream)) return
      await wg.removePeer(this.#interface.name, peer.wireguardKey)
      await this.#nft.change(ruleset.removePeer(this.#ruleset.table, peer, this.#rate))
      this.#quotas.remove(peer)
    })
  }

  limitRate(bytesPerSecond: number): Promise<void> {
    return this.#inTurn(async () => {
      const { table } = this.#ruleset
      const changes = this.#quotas.all().map((peer) => ruleset.changeRate(table, peer, this.#rate, bytesPerSecond))
      await this.#nft.change(changes.join(''))
      this.#rate = bytesPerSecond
    })
  }

  async setCredit(peers: readonly Peer[]): Promise<void> {
    await Promise.all(peers.map(({ stream }) => this.#adding.get(stream)))
    await this.#inTurn(async () => {
      const known = peers.filter(({ stream }) => this.#quotas.has(stream))
      if (known.length === 0) return
      // A reading is of all counters. A quota that is far from its end is raised without a look: the
      // kernel goes on counting in it.
      const ample = this.#quotas.areAmple(known.map(({ stream }) => stream))
      const counters = ample ? undefined : await this.#nft.readCounters(this.#ruleset.table)
      await this.#nft.change(this.#quotas.change(known, counters))
    })
  }

  readUsage(): Promise<Map<Hash, bigint>> {
    return this.#inTurn(async () => {
      const { table } = this.#ruleset
      const { usage, missing, script } = this.#quotas.read(await this.#nft.readCounters(table))
      if (missing > 0) throw new Error(`the table ${table} lacks the counters of ${missing} sessions`)
      if (script !== '') await this.#nft.change(script)
      return usage
    })
  }

  readHandshakes(): Promise<Map<Hex, number>> {
    return wg.readHandshakes(this.#interface.name)
  }

  keepAlive(): Promise<void> {
    return this.#inTurn(() => this.#nft.change(ruleset.renewAlive(this.#ruleset.table), { twice: true }))
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      const { table } = this.#ruleset
      await wg.removeInterface(this.#interface.name)
      await this.#nft.stop()
      await this.#nft.run(`table inet ${table}\ndelete table inet ${table}\n`)
      this.#log.info({ interface: this.#interface.name }, 'tunnel removed')
    })
  }

  #readStreams(): Promise<Map<Hash, bigint>> {
    return this.#nft.readStreams(this.#ruleset.table).catch((error: unknown) => {
      // Another version's: the journal's counts are the floor. Whatever else fails may succeed at the next start.
      if (!/No such file or directory/.test(String(error))) throw error
      this.#log.warn({ error: String(error) }, 'the counters of the last run cannot be read')
      return new Map()
    })
  }

  /** The interface, and the table with these sessions unless one is to stay: a firewall is there before any peer is. */
  async #makeReady(peers: readonly Peer[] | undefined): Promise<void> {
    await Promise.all([peers && this.#replaceTable(peers), wg.ensureInterface(this.#interface)])
  }

  async #replaceTable(peers: readonly Peer[]): Promise<void> {
    await this.#nft.run(ruleset.fullRuleset(this.#ruleset, peers, this.#rate))
    // At once, whatever else fails: a quota that is raised by what an older table held would give all of that away again.
    this.#quotas.clear()
    this.#quotas.put(peers)
  }

  /** Firewall and peers at once: what is not in the firewall yet passes nothing. On a failure none of them is left behind. */
  async #addAll(peers: readonly Peer[]): Promise<void> {
    const { table } = this.#ruleset
    const { name } = this.#interface
    const addition = ruleset.addPeers(table, peers, this.#rate)
    const [inFirewall, inInterface] = await Promise.allSettled([this.#nft.change(addition), wg.setPeers(name, peers)])
    const failed = [inFirewall, inInterface].find((change) => change.status === 'rejected')
    if (failed) {
      // Some of them may be in.
      for (const { wireguardKey } of peers) await wg.removePeer(name, wireguardKey).catch(() => {})
      const removal = peers.map((peer) => ruleset.removePeer(table, peer, this.#rate)).join('')
      if (inFirewall.status === 'fulfilled') await this.#nft.change(removal)
      // Where nobody knows whether they were added: added, or there already, and removed, in one transaction.
      else await this.#nft.run(addition + removal).catch(() => {})
      throw failed.reason
    }
    this.#quotas.put(peers)
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

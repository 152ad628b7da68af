// What each session may still pass, as quotas in the kernel: which is raised in place, and which must be made anew.
// It decides and writes scripts; wireguard.ts runs them.
import type { Hash } from 'viem'
import * as ruleset from './ruleset.ts'
import type { Peer } from './tunnel.ts'

/** Below this a quota has run out, or is one large packet from it; then it is made anew instead of being raised. */
const RAISE_MARGIN = 128n * 2n ** 10n
/** A reading older than this, milliseconds, says too little of what passed since. */
const READING_LIFE = 3_000
/** A quota with this much left at the last reading, and twice what passed before it, has not run out since. */
const AMPLE = 2n ** 20n

/** A quota counts from `base` of the session's bytes up to `base + limit`. */
type Held = Peer & {
  base: bigint
  limit: bigint
  /** Bytes between the last two readings. */
  moved: bigint
  /** Raised, not made anew, since it last stood still. */
  raised: boolean
}

export class Quotas {
  readonly #table: string
  readonly #held = new Map<Hash, Held>()
  readonly #byNumber = new Map<number, Held>()
  #readAt = Number.NEGATIVE_INFINITY

  constructor(table: string) {
    this.#table = table
  }

  /** Those that the kernel now has, from what each has used. */
  put(peers: readonly Peer[]): void {
    for (const peer of peers) {
      const held = { ...peer, ...quotaOf(peer), moved: 0n, raised: false }
      this.#held.set(peer.stream, held)
      this.#byNumber.set(ruleset.numberOf(peer), held)
    }
  }

  remove(peer: Peer): void {
    this.#held.delete(peer.stream)
    this.#byNumber.delete(ruleset.numberOf(peer))
  }

  clear(): void {
    this.#held.clear()
    this.#byNumber.clear()
  }

  has(stream: Hash): boolean {
    return this.#held.has(stream)
  }

  all(): Peer[] {
    return [...this.#held.values()]
  }

  /**
   * Takes a reading of every counter.
   * @returns bytes of those that moved, how many counters are missing, and what the kernel is to be told.
   */
  read(
    counters: ReadonlyMap<number, bigint>,
    now = performance.now(),
  ): { usage: Map<Hash, bigint>; missing: number; script: string } {
    const usage = new Map<Hash, bigint>()
    const still: Held[] = []
    let missing = this.#held.size
    for (const [number, bytes] of counters) {
      const held = this.#byNumber.get(number)
      if (!held) continue
      missing--
      held.moved = bytes - held.usedBytes
      if (held.moved !== 0n) {
        held.usedBytes = bytes
        usage.set(held.stream, bytes)
      } else if (held.raised) still.push(held)
    }
    this.#readAt = now
    // A raised quota may have counted packets that it dropped in between; while nothing passes it is set right.
    return { usage, missing, script: missing > 0 ? '' : still.map((held) => this.#renew(held)).join('') }
  }

  /**
   * Whether credit for these can be changed without a look: none of them can have run out since the last reading. Where
   * that errs, what a quota counted of dropped packets is set right when nothing passes.
   */
  areAmple(streams: readonly Hash[], now = performance.now()): boolean {
    if (now - this.#readAt > READING_LIFE) return false
    return streams.every((stream) => {
      const held = this.#held.get(stream)
      return held !== undefined && held.base + held.limit - held.usedBytes > AMPLE + 2n * held.moved
    })
  }

  /** The script that gives each of these its credit. @param counters Undefined: they are ample. */
  change(peers: readonly Peer[], counters: ReadonlyMap<number, bigint> | undefined): string {
    return peers.map((peer) => this.#changeOne(peer, counters)).join('')
  }

  #changeOne({ stream, entitledBytes }: Peer, counters: ReadonlyMap<number, bigint> | undefined): string {
    const held = this.#held.get(stream)
    if (!held) throw new Error(`no peer for ${stream}`)
    held.entitledBytes = entitledBytes
    // Not kept: the next reading is to find that it moved.
    const usedBytes = counters?.get(ruleset.numberOf(held)) ?? held.usedBytes
    if (held.base + held.limit - usedBytes < RAISE_MARGIN) return this.#renew(held, usedBytes)
    held.limit = entitledBytes - held.base
    held.raised = true
    return ruleset.raiseCredit(this.#table, stream, held.limit)
  }

  #renew(held: Held, usedBytes = held.usedBytes): string {
    const now = { ...held, usedBytes }
    Object.assign(held, quotaOf(now), { raised: false })
    return ruleset.renewCredit(this.#table, now)
  }
}

const quotaOf = ({ usedBytes, entitledBytes }: Peer) => ({ base: usedBytes, limit: entitledBytes - usedBytes })

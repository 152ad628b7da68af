// Which nonce the node key's next transaction takes: by what the endpoints say, and by what was sent here a moment ago,
// which they do not always know yet. And whether somebody else sends with the same key.
import type { Address, PublicClient } from 'viem'
import { type Clock, isRecent } from '../clock.ts'
import { answered } from './answered.ts'
import { StillPendingError } from './send-errors.ts'

/** Milliseconds after which what was sent here and is in no block counts as lost. */
const LONGEST_LOCAL_NONCE = 60_000

type Parts = { client: PublicClient; address: Address; clock: Clock }

export class Nonces {
  readonly #parts: Parts
  /** The one after what was sent last. */
  #local: { next: number; at: number } | undefined
  /** Since when the same transaction of this key from elsewhere is the next one. */
  #elsewhere: { latest: number; since: number } | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The first one that is in no block yet. */
  latest(): Promise<number> {
    return answered(this.#count('latest'))
  }

  async next(): Promise<number> {
    const [latest, pending] = await this.#both()
    const { next, at } = this.#local ?? { next: 0, at: 0 }
    const isFresh = isRecent(at, LONGEST_LOCAL_NONCE, this.#parts.clock())
    return next > latest && isFresh ? Math.max(next, pending) : pending
  }

  sentWith(nonce: number): void {
    this.#local = { next: Math.max(this.#local?.next ?? 0, nonce + 1), at: this.#parts.clock() }
  }

  /** What was sent last may never have been. */
  forget(): void {
    this.#local = undefined
  }

  /**
   * What this key sent before a restart, or on another host, may be the very same as what is to be sent: it gets its time.
   * @param patience Milliseconds. Throws a `StillPendingError` until they are over.
   */
  async waitForOthers(patience: number): Promise<void> {
    if (this.#local) return
    const [latest, pending] = await this.#both()
    if (pending <= latest) return
    const now = this.#parts.clock()
    if (this.#elsewhere?.latest !== latest) this.#elsewhere = { latest, since: now }
    if (isRecent(this.#elsewhere.since, patience, now)) {
      throw new StillPendingError(`${pending - latest} transactions of this key from elsewhere are on their way`)
    }
  }

  #both(): Promise<[latest: number, pending: number]> {
    return answered(Promise.all([this.#count('latest'), this.#count('pending')]))
  }

  #count(blockTag: 'latest' | 'pending'): Promise<number> {
    const { client, address } = this.#parts
    return client.getTransactionCount({ address, blockTag })
  }
}

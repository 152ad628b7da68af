// How many transactions are relayed: the node pays their gas, and stopping and closing bring it nothing.
import type { Address } from 'viem'
import type { Clock } from '../clock.ts'

/** Milliseconds. */
const HOUR = 3_600_000
/** Opening, stopping, closing and withdrawing several streams; more than a person does in an hour. */
const PER_WALLET = 20

export class RelayQuota {
  readonly #perHour: number
  readonly #clock: Clock
  /** Of the present hour; forgotten with it, so the memory it takes is bounded by `perHour`. */
  #wallets = new Map<string, number>()
  #total = 0
  #hour = 0

  /** @param perHour for all wallets together */
  constructor(perHour: number, clock: Clock) {
    this.#perHour = perHour
    this.#clock = clock
  }

  /** Counts one. @returns false when there is none left. */
  take(user: Address): boolean {
    const hour = Math.floor(this.#clock() / HOUR)
    if (hour !== this.#hour) {
      this.#hour = hour
      this.#wallets = new Map()
      this.#total = 0
    }
    const wallet = user.toLowerCase()
    const used = this.#wallets.get(wallet) ?? 0
    if (this.#total >= this.#perHour || used >= PER_WALLET) return false
    this.#wallets.set(wallet, used + 1)
    this.#total++
    return true
  }
}

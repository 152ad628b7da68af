// When the node's balance goes to the operator's payout address: by value, by age, or never, as configured.
import { isRecent } from '../clock.ts'
import type { Gateway } from '../gateway.ts'
import { costOf } from './worth.ts'

/** Milliseconds between two looks. */
const INTERVAL = 60_000
/** Gas of a payout, a token transfer in it. */
const GAS = 75_000n

export class PayOut {
  readonly #gateway: Gateway
  #lookedAt = 0
  /** Unix milliseconds since which money has been seen to wait. */
  #since: number | undefined

  constructor(gateway: Gateway) {
    this.#gateway = gateway
  }

  async ifDue(): Promise<void> {
    const { chain, clock, config, log, metrics, record } = this.#gateway
    const { value, ageSeconds } = config.payOut
    // A key that was succeeded has no other business left.
    const always = record?.successor !== undefined
    if ((value === 0n && ageSeconds === 0 && !always) || isRecent(this.#lookedAt, INTERVAL, clock())) return
    this.#lookedAt = clock()
    const balance = await chain.balance()
    if (balance === 0n) this.#since = undefined
    else this.#since ??= clock()
    if (this.#since === undefined || !record || BigInt(record.payout) === 0n) return
    const byValue = value > 0n && balance >= value
    const byAge = ageSeconds > 0 && !isRecent(this.#since, ageSeconds * 1000, clock())
    if (!byValue && !byAge && !always) return
    const price = await chain.gasPrice()
    const { gas } = config
    if (price > gas.price || costOf(GAS, price, gas.coinPrice) * 100n > balance * gas.percent) return
    const hash = await chain.payOut(gas.price)
    this.#since = undefined
    metrics.transactions.inc({ kind: 'payOut', outcome: 'mined' })
    log.info({ hash, amount: balance.toString() }, 'paid out')
  }
}

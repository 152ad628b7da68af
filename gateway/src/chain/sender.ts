// Transactions of the node key: one after the other, made dearer when they are stuck, and never a second one for what
// is still on its way. What is in the mempool from before a restart, or from another host with the same key, is waited
// for, and replaced when it blocks the way.
import {
  type Address,
  BaseError,
  type Hash,
  type Hex,
  keccak256,
  type PrivateKeyAccount,
  type PublicClient,
  TransactionReceiptNotFoundError,
} from 'viem'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { answered } from './answered.ts'
import { isAnswer } from './endpoint.ts'

/** Milliseconds. */
const LOOK_INTERVAL = 250
/** So long the caller waits for a block; then the transaction is tended. */
const WAIT = 30_000
/** No endpoint has acknowledged it: sent again as it is. */
const SEND_AGAIN_AFTER = 15_000
const STUCK_AFTER = 45_000
const LONGEST_LOCAL_NONCE = 60_000

/** Chains take a replacement that offers 12.5 % more, most of them from 10 % on. */
const dearer = (fee: bigint) => (fee * 1125n) / 1000n + 1n
const min = (a: bigint, b: bigint) => (a < b ? a : b)

class GasTooDearError extends Error {
  override name = 'GasTooDearError'
}
/** It may still be mined: `tend` finds out. */
export class StillPendingError extends Error {
  override name = 'StillPendingError'
}

type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }
type Call = { data: Hex; gas: bigint }
type Outstanding = Call & {
  what: string
  nonce: number
  fees: Fees
  /** Most that a unit of gas may cost, 10⁻¹⁸ coins. */
  ceiling: bigint
  hashes: Hash[]
  sentAt: number
  heard: boolean
  stopped: boolean
}

type Parts = { client: PublicClient; account: PrivateKeyAccount; chainId: number; to: Address; clock: Clock; log: Log }

export class Sender {
  readonly #parts: Parts
  #inTurn: Promise<unknown> = Promise.resolve()
  #outstanding: Outstanding | undefined
  /** The nonce after the one that was sent last; endpoints do not always know it yet. */
  #local: { next: number; at: number } | undefined

  /** Since when the same transaction of this key from elsewhere is the next one. */
  #before: { latest: number; since: number } | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** What a unit of gas costs now, 10⁻¹⁸ coins. */
  gasPrice(): Promise<bigint> {
    return answered(this.#parts.client.getGasPrice())
  }

  /** Sends and waits for a block. Throws a `StillPendingError` when it may yet be mined. */
  async send(what: string, data: Hex, ceiling: bigint): Promise<Hash> {
    const { client, account, to, clock } = this.#parts
    if (!(await this.tend())) throw new StillPendingError('the transaction before it is not mined yet')
    await this.#waitForOthers()
    const gas = await answered(client.estimateGas({ account: account.address, to, data }))
    const sent = await this.#turn(async () => {
      const fees = await this.#fees(ceiling)
      const nonce = await this.#nonce()
      const outstanding: Outstanding = {
        what,
        data,
        // What it takes depends on what others settle meanwhile.
        gas: (gas * 12n) / 10n,
        nonce,
        fees,
        ceiling,
        hashes: [],
        sentAt: clock(),
        heard: false,
        stopped: false,
      }
      this.#outstanding = outstanding
      await this.#broadcast(outstanding)
      return outstanding
    })
    const until = clock() + WAIT
    do {
      const mined = await this.#mined(sent)
      if (mined) return mined
      await new Promise((next) => setTimeout(next, LOOK_INTERVAL))
    } while (clock() < until && this.#outstanding === sent && !sent.stopped)
    throw new StillPendingError(`${what} is not mined yet: ${sent.hashes.at(-1)}`)
  }

  /** Sends with so much gas and does not wait: for what users signed. */
  submit(data: Hex, gas: bigint, ceiling: bigint): Promise<Hash> {
    return this.#turn(async () => {
      const fees = await this.#fees(ceiling)
      const nonce = await this.#nonce()
      const hash = await answered(this.#put(await this.#sign({ data, gas, nonce, fees })))
      this.#sentWith(nonce)
      return hash
    })
  }

  /** Looks after what was sent: true when nothing is on its way. Makes it dearer when it is stuck. */
  async tend(): Promise<boolean> {
    const { clock, log } = this.#parts
    const waiting = this.#outstanding
    if (!waiting) return true
    if (await this.#mined(waiting).catch((error: unknown) => isRevert(error))) return true
    const latest = await answered(this.#count('latest'))
    if (latest > waiting.nonce) {
      // Once more: it may have been mined between the two questions.
      if (await this.#mined(waiting).catch((error: unknown) => isRevert(error))) return true
      log.warn({ what: waiting.what, nonce: waiting.nonce }, 'another transaction of this key took the nonce')
      this.#outstanding = undefined
      return true
    }
    const age = clock() - waiting.sentAt
    if (!waiting.heard && age >= SEND_AGAIN_AFTER) await this.#turn(() => this.#broadcast(waiting))
    else if (age >= STUCK_AFTER) await this.#turn(() => this.#push(waiting, latest))
    return false
  }

  /** After a reorganisation: what was sent last may never have been. */
  forgetNonces(): void {
    this.#local = undefined
  }

  /** Ends the waiting of whoever waits: the gateway stops. */
  stop(): void {
    if (this.#outstanding) this.#outstanding.stopped = true
  }

  /** What this key sent before a restart, or on another host, may be the very same: it gets its time. */
  async #waitForOthers(): Promise<void> {
    if (this.#local) return
    const [latest, pending] = await answered(Promise.all([this.#count('latest'), this.#count('pending')]))
    if (pending <= latest) return
    const now = this.#parts.clock()
    if (this.#before?.latest !== latest) this.#before = { latest, since: now }
    if (now - this.#before.since < STUCK_AFTER) {
      throw new StillPendingError(`${pending - latest} transactions of this key from elsewhere are on their way`)
    }
  }

  /** The hash that was mined. Throws when it was mined and failed. */
  async #mined(waiting: Outstanding): Promise<Hash | undefined> {
    for (const hash of waiting.hashes) {
      const receipt = await this.#parts.client.getTransactionReceipt({ hash }).catch((error: unknown) => {
        if (error instanceof TransactionReceiptNotFoundError) return undefined
        return answered(Promise.reject(error))
      })
      if (!receipt) continue
      if (this.#outstanding === waiting) this.#outstanding = undefined
      if (receipt.status !== 'success') throw new RevertedError(`${waiting.what} reverted: ${hash}`)
      return hash
    }
    return undefined
  }

  /** Replaces what is stuck by the same at a higher price; first what blocks its way. */
  async #push(waiting: Outstanding, latest: number): Promise<void> {
    const { clock, log, account } = this.#parts
    if (latest < waiting.nonce) {
      log.warn({ nonce: latest }, 'a transaction of this key that is not ours blocks the way: it is replaced')
      let fees = await this.#fees(waiting.ceiling)
      for (;;) {
        const raw = await this.#sign({ data: '0x', gas: 21_000n, nonce: latest, fees, to: account.address })
        const refused = await this.#put(raw).then(
          () => undefined,
          (error: unknown) => error,
        )
        if (refused === undefined) break
        const more = raised(fees, waiting.ceiling)
        if (!isUnderpriced(refused) || !more) return
        fees = more
      }
      waiting.sentAt = clock()
      return
    }
    const fees = raised(waiting.fees, waiting.ceiling)
    if (!fees) {
      waiting.sentAt = clock()
      log.warn({ what: waiting.what, ceiling: waiting.ceiling.toString() }, 'it is stuck, and no more is paid for it')
      return
    }
    waiting.fees = fees
    await this.#broadcast(waiting)
    log.info({ what: waiting.what, maxFeePerGas: fees.maxFeePerGas.toString() }, 'stuck: sent again at a higher price')
  }

  async #broadcast(waiting: Outstanding): Promise<void> {
    for (;;) {
      const raw = await this.#sign(waiting)
      const hash = keccak256(raw)
      // Before it is sent: an answer that is lost on its way is no reason to forget it.
      if (!waiting.hashes.includes(hash)) waiting.hashes.push(hash)
      waiting.sentAt = this.#parts.clock()
      try {
        await this.#put(raw)
        waiting.heard = true
        this.#sentWith(waiting.nonce)
        return
      } catch (error) {
        const more = isUnderpriced(error) ? raised(waiting.fees, waiting.ceiling) : undefined
        if (!more) return this.#refused(waiting, error)
        waiting.fees = more
      }
    }
  }

  #refused(waiting: Outstanding, error: unknown): Promise<never> {
    // The chain has looked at it and taken nothing; anything else may have got through.
    if (waiting.hashes.length === 1 && (isAnswer(error) || isNonceTooLow(error) || isNoCoins(error))) {
      this.#outstanding = undefined
      this.#local = undefined
    }
    return answered(Promise.reject(error))
  }

  async #sign({ data, gas, nonce, fees, to = this.#parts.to }: Call & { nonce: number; fees: Fees; to?: Address }) {
    return this.#parts.account.signTransaction({
      type: 'eip1559',
      chainId: this.#parts.chainId,
      to,
      data,
      gas,
      nonce,
      ...fees,
    })
  }

  async #put(serializedTransaction: Hex): Promise<Hash> {
    try {
      return await this.#parts.client.sendRawTransaction({ serializedTransaction })
    } catch (error) {
      if (says(error, /already known|already imported|known transaction/i)) return keccak256(serializedTransaction)
      throw error
    }
  }

  async #fees(ceiling: bigint): Promise<Fees> {
    const { maxFeePerGas, maxPriorityFeePerGas } = await answered(this.#parts.client.estimateFeesPerGas())
    const price = await this.gasPrice()
    if (price > ceiling) throw new GasTooDearError(`gas costs ${price} wei, and at most ${ceiling} is paid`)
    return {
      maxFeePerGas: min(maxFeePerGas, ceiling),
      maxPriorityFeePerGas: min(maxPriorityFeePerGas, min(maxFeePerGas, ceiling)),
    }
  }

  async #nonce(): Promise<number> {
    const [latest, pending] = await answered(Promise.all([this.#count('latest'), this.#count('pending')]))
    const { next, at } = this.#local ?? { next: 0, at: 0 }
    return next > latest && this.#parts.clock() - at < LONGEST_LOCAL_NONCE ? Math.max(next, pending) : pending
  }

  #count(blockTag: 'latest' | 'pending'): Promise<number> {
    return this.#parts.client.getTransactionCount({ address: this.#parts.account.address, blockTag })
  }

  #sentWith(nonce: number): void {
    this.#local = { next: Math.max(this.#local?.next ?? 0, nonce + 1), at: this.#parts.clock() }
  }

  /** One at a time: two at once would take the same nonce. */
  #turn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#inTurn.then(work)
    this.#inTurn = next.catch(() => {})
    return next
  }
}

class RevertedError extends Error {}
const isRevert = (error: unknown): true => {
  if (error instanceof RevertedError) return true
  throw error
}

const says = (error: unknown, text: RegExp): boolean =>
  error instanceof BaseError &&
  error.walk(
    (cause) => cause instanceof Error && (text.test(cause.message) || text.test(String(Object(cause).details))),
  ) !== null
const isUnderpriced = (error: unknown) => says(error, /underpriced|fee too low|gas price too low/i)
const isNonceTooLow = (error: unknown) => says(error, /nonce too low/i)
const isNoCoins = (error: unknown) => says(error, /insufficient funds/i)

/** 12.5 % more of both, where the ceiling lets it. */
function raised({ maxFeePerGas, maxPriorityFeePerGas }: Fees, ceiling: bigint): Fees | undefined {
  const fee = dearer(maxFeePerGas)
  return fee > ceiling ? undefined : { maxFeePerGas: fee, maxPriorityFeePerGas: min(dearer(maxPriorityFeePerGas), fee) }
}

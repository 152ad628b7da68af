// Transactions of the node key: one after the other, made dearer when they are stuck, and never a second one for what
// is still on its way. What is in the mempool from before a restart, or from another host with the same key, is waited
// for, and replaced when it blocks the way. Fees, nonces and the meaning of errors have files of their own.
import {
  type Address,
  type Hash,
  type Hex,
  keccak256,
  type PrivateKeyAccount,
  type PublicClient,
  TransactionReceiptNotFoundError,
} from 'viem'
import { type Clock, isRecent } from '../clock.ts'
import type { Log } from '../log.ts'
import { answered } from './answered.ts'
import { type Fees, feesNow, gasPrice, raised } from './fees.ts'
import { Nonces } from './nonces.ts'
import { isKnown, isUnderpriced, isUsedUp, RevertedError, StillPendingError, tookNothing } from './send-errors.ts'

/** Milliseconds. */
const LOOK_INTERVAL = 250
/** So long the caller waits for a block; then the transaction is tended. */
const WAIT = 30_000
/** No endpoint has acknowledged it: sent again as it is. */
const SEND_AGAIN_AFTER = 15_000
const STUCK_AFTER = 45_000

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
  readonly #nonces: Nonces
  #inTurn: Promise<unknown> = Promise.resolve()
  #outstanding: Outstanding | undefined
  /** Unix milliseconds after which nobody waits for a block any more. */
  #waitUntil = Number.POSITIVE_INFINITY

  constructor(parts: Parts) {
    this.#parts = parts
    this.#nonces = new Nonces({ client: parts.client, address: parts.account.address, clock: parts.clock })
  }

  /** What a unit of gas costs now, 10⁻¹⁸ coins. */
  gasPrice(): Promise<bigint> {
    return gasPrice(this.#parts.client)
  }

  /** Sends and waits for a block. Throws a `StillPendingError` when it may yet be mined. */
  async send(what: string, data: Hex, ceiling: bigint): Promise<Hash> {
    const { client, account, to, clock } = this.#parts
    if (!(await this.tend())) throw new StillPendingError('the transaction before it is not mined yet')
    // One that is no nearer to a block after that time is stuck, and is dealt with as such.
    await this.#nonces.waitForOthers(STUCK_AFTER)
    const gas = await answered(client.estimateGas({ account: account.address, to, data }))
    const sent = await this.#turn(async () => {
      const fees = await feesNow(client, ceiling)
      const nonce = await this.#nonces.next()
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
    const until = Math.min(clock() + WAIT, this.#waitUntil)
    do {
      const mined = await this.#mined(sent)
      if (mined) return mined
      await new Promise((next) => setTimeout(next, LOOK_INTERVAL))
    } while (clock() < until && this.#outstanding === sent && !sent.stopped)
    throw new StillPendingError(`${what} is not mined yet: ${sent.hashes.at(-1)}`)
  }

  /** Sends with so much gas and does not wait: for what users signed. */
  submit(data: Hex, gas: bigint, ceiling: bigint): Promise<Hash> {
    const { client } = this.#parts
    return this.#turn(async () => {
      const fees = await feesNow(client, ceiling)
      const nonce = await this.#nonces.next()
      const hash = await answered(this.#put(await this.#sign({ data, gas, nonce, fees })))
      this.#nonces.sentWith(nonce)
      return hash
    })
  }

  /** Looks after what was sent: true when nothing is on its way. Makes it dearer when it is stuck. */
  async tend(): Promise<boolean> {
    const { clock, log } = this.#parts
    const waiting = this.#outstanding
    if (!waiting) return true
    if (await this.#mined(waiting).catch((error: unknown) => isRevert(error))) return true
    const latest = await this.#nonces.latest()
    if (latest > waiting.nonce) {
      // Once more: it may have been mined between the two questions.
      if (await this.#mined(waiting).catch((error: unknown) => isRevert(error))) return true
      log.warn({ what: waiting.what, nonce: waiting.nonce }, 'another transaction of this key took the nonce')
      this.#outstanding = undefined
      return true
    }
    const isOlder = (age: number) => !isRecent(waiting.sentAt, age, clock())
    if (!waiting.heard && isOlder(SEND_AGAIN_AFTER)) await this.#turn(() => this.#broadcast(waiting))
    else if (isOlder(STUCK_AFTER)) {
      await this.#turn(() => (latest < waiting.nonce ? this.#unblock(waiting, latest) : this.#raise(waiting)))
    }
    return false
  }

  /** After a reorganisation: what was sent last may never have been. */
  forgetNonces(): void {
    this.#nonces.forget()
  }

  /**
   * Ends the waiting of whoever waits, as the gateway stops; what is sent from now on is waited for until then.
   * @param until Unix milliseconds.
   */
  stop(until: number): void {
    this.#waitUntil = until
    if (this.#outstanding) this.#outstanding.stopped = true
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

  /** Takes the nonce from what is not ours and keeps ours from being mined. */
  async #unblock(waiting: Outstanding, nonce: number): Promise<void> {
    const { client, clock, log, account } = this.#parts
    log.warn({ nonce }, 'a transaction of this key that is not ours blocks the way: it is replaced')
    let fees = await feesNow(client, waiting.ceiling)
    for (;;) {
      const raw = await this.#sign({ data: '0x', gas: 21_000n, nonce, fees, to: account.address })
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
  }

  /** Replaces what is stuck by the same at a higher price. */
  async #raise(waiting: Outstanding): Promise<void> {
    const { clock, log } = this.#parts
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
        this.#nonces.sentWith(waiting.nonce)
        return
      } catch (error) {
        const more = isUnderpriced(error) ? raised(waiting.fees, waiting.ceiling) : undefined
        if (!more) return this.#refused(waiting, error)
        waiting.fees = more
      }
    }
  }

  #refused(waiting: Outstanding, error: unknown): Promise<never> {
    if (waiting.hashes.length === 1 && tookNothing(error)) {
      this.#outstanding = undefined
      this.#nonces.forget()
      if (isUsedUp(error)) return Promise.reject(new StillPendingError(`the nonce ${waiting.nonce} is used up already`))
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
      if (isKnown(error)) return keccak256(serializedTransaction)
      throw error
    }
  }

  /** One at a time: two at once would take the same nonce. */
  #turn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#inTurn.then(work)
    this.#inTurn = next.catch(() => {})
    return next
  }
}

const isRevert = (error: unknown): true => {
  if (error instanceof RevertedError) return true
  throw error
}

// The paying loop: takes usage, signs with the session key, keeps what it signed, then sends it.
import { signReceipt } from '@x4pn/contracts'
import { costOfBytes, errorTable, type ReceiptItem, type Usage } from '@x4pn/gateway-api'
import { privateKeyToAccount } from 'viem/accounts'
import { EngineError, GatewayError } from './errors.ts'
import type { GatewayClient } from './gateway-client.ts'
import { sessionsContext } from './network.ts'
import { DEFAULT_MONEY_CAP, type Decision, nextReceipt } from './next-receipt.ts'
import { createRateMeter } from './rate-meter.ts'
import type { SessionRecord } from './records.ts'

export type PayerOptions = {
  session: SessionRecord
  gateway: Pick<GatewayClient, 'receipts'>
  /** What `store` last took, after a reload. */
  lastReceipt?: ReceiptItem | undefined
  /** Keeps a receipt; it is sent only after this. When it fails nothing is sent. */
  store: (receipt: ReceiptItem) => void | Promise<void>
  /** What the stream holds on chain, token base units: read there, and raised after a top-up. */
  deposit: () => bigint
  /** Evidence from outside the node's own count: an answer through the tunnel, a handshake. Asked until it is true. */
  tunnelSeen: (usage: Usage) => boolean | Promise<boolean>
  /** All bytes of this stream, both ways, as the client's own interface counted them; leave it out where it cannot. */
  localBytes?: () => bigint | Promise<bigint>
  /** Token base units signed ahead of what is owed, at most. */
  moneyCap?: bigint
  /** What a node may claim to have carried in a second of this device's clock, where `localBytes` cannot tell. */
  mostBytesPerSecond?: bigint
  /** Told about every event that was looked at. */
  onReport?: (report: PayerReport) => void
  /** Milliseconds that never go back. */
  now?: () => number
}

export type PayerReport = {
  /** `presented`: the node did not hold the best receipt, so it was sent again. `failed`: `error` says why. */
  outcome: 'paid' | 'presented' | 'paused' | 'failed' | Extract<Decision, { sign: false }>['reason']
  usage: Usage
  /** Token base units. */
  lastSigned: bigint
  error?: unknown
}

export type Payer = {
  /** Looks at one event. While a receipt is on its way only the newest event is kept. */
  take(usage: Usage): void
  /** Takes events until they end, and waits for the last receipt. */
  run(events: AsyncIterable<Usage>): Promise<void>
  /** One new receipt, as far as the limits allow, also while paused. Throws what keeps it from being sent. */
  payOnce(): Promise<PayerReport>
  /** Signs nothing more by itself. */
  pause(): void
  resume(): void
  lastSigned(): bigint
}

/** A gigabit and a little. */
const MOST_BYTES_PER_SECOND = 128n << 20n
/** Seconds of it that may come at once, after a silence or a reload. */
const BURST_SECONDS = 3n

/** An event that left the node before a receipt arrived must not make it go twice. */
const PRESENT_AGAIN_MS = 2_000

export function createPayer(options: PayerOptions): Payer {
  const { session, gateway, store, deposit, localBytes, onReport, moneyCap = DEFAULT_MONEY_CAP } = options
  const { mostBytesPerSecond = MOST_BYTES_PER_SECOND } = options
  const now = options.now ?? (() => performance.now())
  const account = privateKeyToAccount(session.sessionPrivateKey)
  const pricePerGiB = BigInt(session.terms.pricePerGiB)
  const allowance = BigInt(session.terms.allowance)
  const measureRate = createRateMeter()
  const costOfSecond = costOfBytes(mostBytesPerSecond, pricePerGiB)
  const burst = moneyCap + 2n * allowance + BURST_SECONDS * costOfSecond
  const budget = { left: burst, at: now() }
  let best = options.lastReceipt
  let sentAt = Number.NEGATIVE_INFINITY
  let bytesPerSecond = 0n
  let seen = false
  let paused = false
  let latest: Usage | undefined
  let waiting = false
  let tail: Promise<unknown> = Promise.resolve()

  const lastSigned = () => BigInt(best?.cumulative ?? 0)

  /** One at a time, so that no two receipts are signed from the same state. */
  function inTurn<Result>(job: () => Promise<Result>): Promise<Result> {
    const turn = tail.then(job)
    tail = turn.catch(() => undefined)
    return turn
  }

  async function sign(cumulative: bigint): Promise<ReceiptItem> {
    const { user, node } = session
    const claim = { user, node, cumulative, rate: 0n, start: 0, until: 0 }
    const { signature } = await signReceipt(account, sessionsContext(session), claim)
    return { user, cumulative: cumulative.toString(), rate: '0', start: 0, until: 0, signature }
  }

  async function send(receipt: ReceiptItem): Promise<void> {
    sentAt = now()
    const [result] = (await gateway.receipts({ receipts: [receipt] })).results
    if (!result) throw new EngineError('GATEWAY_ANSWER_INVALID', { details: 'no result for the receipt' })
    if ('error' in result) throw new GatewayError(result, errorTable[result.error.code].status)
  }

  /** What may be signed now without believing in an impossible speed: filled by this device's clock. */
  function limited(cumulative: bigint): bigint {
    if (localBytes) return cumulative
    const at = now()
    const gained = (costOfSecond * BigInt(Math.round(Math.max(at - budget.at, 0)))) / 1000n
    budget.left = budget.left + gained < burst ? budget.left + gained : burst
    budget.at = at
    const most = lastSigned() + budget.left
    const taken = cumulative < most ? cumulative : most
    budget.left -= taken - lastSigned()
    return taken
  }

  async function act(usage: Usage, payNow: boolean): Promise<PayerReport['outcome']> {
    seen ||= await options.tunnelSeen(usage)
    const decision = nextReceipt({
      usedBytes: BigInt(usage.usedBytes),
      pricePerGiB,
      lastSigned: lastSigned(),
      deposit: deposit(),
      moneyCap,
      allowance,
      bytesPerSecond,
      tunnelSeen: seen,
      localBytes: await localBytes?.(),
      now: payNow,
    })
    const cumulative = decision.sign ? limited(decision.cumulative) : 0n
    if (decision.sign && cumulative <= lastSigned()) return 'implausible-usage'
    if (decision.sign) {
      const receipt = await sign(cumulative)
      await store(receipt)
      best = receipt
      await send(receipt)
      return 'paid'
    }
    const behind = best !== undefined && BigInt(usage.claimed) < lastSigned() && now() - sentAt >= PRESENT_AGAIN_MS
    if (!best || !behind) return decision.reason
    await send(best)
    return 'presented'
  }

  async function look(): Promise<void> {
    waiting = false
    if (!latest) return
    const usage = latest
    let report: PayerReport
    try {
      report = { outcome: paused ? 'paused' : await act(usage, false), usage, lastSigned: lastSigned() }
    } catch (error) {
      report = { outcome: 'failed', usage, lastSigned: lastSigned(), error }
    }
    onReport?.(report)
  }

  function take(usage: Usage): void {
    latest = usage
    bytesPerSecond = measureRate(BigInt(usage.usedBytes), now())
    if (waiting) return
    waiting = true
    void inTurn(look)
  }

  return {
    take,
    async run(events) {
      for await (const usage of events) take(usage)
      await tail
    },
    payOnce: () =>
      inTurn(async () => {
        if (!latest) throw new EngineError('USAGE_UNKNOWN')
        const usage = latest
        return { outcome: await act(usage, true), usage, lastSigned: lastSigned() }
      }),
    pause: () => {
      paused = true
    },
    resume: () => {
      paused = false
    },
    lastSigned,
  }
}

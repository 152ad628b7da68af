// Passes: time instead of bytes. First the rule by itself, then over HTTP and on a real chain.
import type { SignedReceipt } from '@x4pn/contracts'
import { costOfTime, rateOfPass } from '@x4pn/gateway-api'
import { beforeEach, describe, expect, test } from 'vitest'
import { type TestStream, USDC } from '../testing/network.ts'
import { MIB, outcome, until } from '../testing/test-gateway.ts'
import { gateway, network, useGateway } from '../testing/use-gateway.ts'
import { movePass, newPass, PASS_ALLOWANCE, paidUntil } from './pass.ts'
import { claimed, creditBytes, owed, type Session, unsettled } from './session.ts'

/** A cent an hour with 6 decimals, the price of the test gateway. */
const RATE = rateOfPass(10_000n, 6)

test('a price an hour is a rate a second, rounded up', () => {
  expect(RATE).toBe(2_777_777_777_778n)
  expect(rateOfPass(10_000n, 18)).toBe(3n)
  expect(costOfTime(3600n, RATE, 6)).toBe(10_001n)
  expect(costOfTime(0n, RATE, 6)).toBe(0n)
})

describe('the rule of service', () => {
  const START = 1_700_000_000
  const lease = (change: Partial<SignedReceipt> = {}) =>
    ({ cumulative: 0n, rate: RATE, start: START, until: START + 3600, ...change }) as SignedReceipt
  function session(best: SignedReceipt, deposit = USDC): Session {
    const chain = { deposit, servable: deposit, settled: 0n, stoppedAt: 0, closed: false }
    const terms = { pricePerGiB: 2n ** 20n, allowance: 1024n, passRate: RATE, decimals: 6 }
    return { chain, terms, best, pass: newPass(START), usedBytes: 0n } as unknown as Session
  }
  const move = (of: Session, seconds: number, waitsForChain = false) =>
    movePass(of, { now: (of.pass?.asOf ?? 0) + seconds, step: seconds * 1000, waitsForChain })
  const isServed = (of: Session) => creditBytes(of) > 0n

  test('while the lease runs bytes do not count, and what is owed is what it claims', () => {
    const pass = session(lease())
    pass.usedBytes = 10n ** 15n
    move(pass, 1800)
    expect(isServed(pass)).toBe(true)
    expect(claimed(pass)).toBe(5000n)
    expect(owed(pass)).toBe(5000n)
    expect(unsettled(pass)).toBe(5000n)
  })

  test('after its end the allowance is served, once for the stream', () => {
    const pass = session(lease({ until: START + 10 }))
    for (let second = 0; second < 10 + PASS_ALLOWANCE; second++) {
      expect(isServed(pass)).toBe(true)
      move(pass, 1)
    }
    expect(isServed(pass)).toBe(false)
    expect(owed(pass) - claimed(pass)).toBe(costOfTime(BigInt(PASS_ALLOWANCE), RATE, 6))
    // Another second of lease buys that second, and not another allowance.
    const now = pass.pass?.asOf ?? 0
    pass.best = lease({ cumulative: claimed(pass), start: now, until: now + 1 })
    expect(isServed(pass)).toBe(true)
    move(pass, 1)
    expect(isServed(pass)).toBe(false)
  })

  test('it ends where the deposit ends', () => {
    const pass = session(lease({ until: START + 36_000_000 }), 10_000n)
    expect(paidUntil(pass)).toBe(START + 3599)
    move(pass, 3599)
    movePass(pass, { now: START + 3600, step: PASS_ALLOWANCE * 1000, waitsForChain: false })
    expect(isServed(pass)).toBe(false)
  })

  test('a stop on chain ends it at that second', () => {
    const pass = session(lease())
    move(pass, 1800)
    pass.chain.stoppedAt = START + 900
    expect(claimed(pass)).toBe(2500n)
    expect(isServed(pass)).toBe(false)
  })

  test('a clock that is far ahead for a moment ends no lease', () => {
    const pass = session(lease())
    movePass(pass, { now: START + 100_000, step: 1_000, waitsForChain: false })
    expect(isServed(pass)).toBe(true)
    expect(claimed(pass)).toBeLessThan(10n)
  })

  test('what is served before the lease begins is on the allowance', () => {
    const pass = session(lease({ start: START + 59 }))
    for (let second = 0; second < PASS_ALLOWANCE; second++) move(pass, 1)
    expect(pass.pass?.graceMs).toBe(PASS_ALLOWANCE * 1000)
  })

  test('a clock that goes back takes nothing away', () => {
    const pass = session(lease())
    move(pass, 1800)
    expect(move(pass, -1000)).toBe(false)
    expect(claimed(pass)).toBe(5000n)
  })

  test('a chain that has been silent for too long is waited for', () => {
    const pass = session(lease())
    expect(move(pass, 1, true)).toBe(true)
    expect(isServed(pass)).toBe(false)
    expect(move(pass, 1)).toBe(true)
    expect(isServed(pass)).toBe(true)
  })
})

describe('over HTTP', () => {
  let stream: TestStream
  const now = () => Math.floor(Date.now() / 1000)
  const lease = (seconds: number, change: { rate?: bigint; start?: number; cumulative?: bigint } = {}) => {
    const { cumulative = 0n, start = now(), rate = RATE } = change
    return gateway.receipt(stream, cumulative, { rate, start, until: start + seconds })
  }
  async function send(item: unknown): Promise<string> {
    const [result] = (await gateway.post.receipts([item])).body.results
    return result && 'error' in result ? result.error.code : 'ok'
  }

  useGateway()
  beforeEach(async () => {
    await gateway.ready()
    stream = await network.openStream(gateway.node)
    const { body } = await gateway.join(stream)
    expect(body.terms.passRate).toBe(String(RATE))
  })

  test('one receipt opens the tunnel for its time, whatever passes', async () => {
    const item = await lease(3600)
    const { body } = await gateway.post.receipts([item])
    expect(body.results[0]).toMatchObject({ usage: { served: true, paidUntil: item.until } })
    await until(() => gateway.tunnel.pass(stream.stream, 100_000n * MIB) === 100_000n * MIB)
    expect(await send(await lease(7200, { start: item.start }))).toBe('ok')
  })

  test('a stream keeps the plan of its first receipt', async () => {
    expect(await send(await lease(3600))).toBe('ok')
    expect(await send(await gateway.receipt(stream, 500n))).toBe('RECEIPT_PLAN_FIXED')
    stream = await network.openStream(gateway.node)
    await gateway.join(stream)
    await gateway.pay(stream, 500n)
    expect(await send(await lease(3600))).toBe('RECEIPT_PLAN_FIXED')
  })

  test.each<[string, number, { rate?: bigint; start?: number }]>([
    ["below the node's price", 3600, { rate: RATE - 1n }],
    ['without length', 0, {}],
    ['that begins tomorrow', 3600, { start: now() + 86_400 }],
  ])('one %s is refused', async (_, seconds, change) => {
    expect(await send(await lease(seconds, change))).toBe('RECEIPT_PASS_INVALID')
  })

  test('a shorter one changes nothing, and neither does one that puts its beginning off', async () => {
    const item = await lease(3600)
    await send(item)
    await send(await lease(600, { start: item.start }))
    await send(await lease(7200, { start: item.start + 50 }))
    const [result] = (await gateway.post.receipts([item])).body.results
    expect(result).toMatchObject({ usage: { paidUntil: item.until } })
  })

  test('it survives a restart, with the longer of two leases', async () => {
    const start = now()
    await send(await lease(600, { start }))
    await send(await lease(3600, { start }))
    await gateway.copyJournal()
    await gateway.restart()
    const [result] = (await gateway.post.receipts([await lease(600, { start })])).body.results
    expect(result).toMatchObject({ usage: { served: true, paidUntil: start + 3600 } })
  })

  test('leaving early with a final receipt refunds the rest', async () => {
    // An hour ago, so that something has been earned: ten thousand base units an hour.
    const start = now() - 3600
    await send(await lease(86_400, { start }))
    const receipt = await gateway.receipt(stream, 10_000n)
    expect(outcome(await gateway.leave(stream, { body: { receipt } }))).toBe('ok')
    await until(async () => ((await network.readStream(stream)).flags & 2) !== 0)
    expect((await network.readStream(stream)).settled).toBe(10_000n)
  })

  test('without one, what its time has earned is claimed', async () => {
    const start = now() - 3600
    await send(await lease(86_400, { start }))
    const { body } = await gateway.leave(stream)
    expect(Number(body.release.maxClaim)).toBeGreaterThanOrEqual(10_000)
    await until(async () => ((await network.readStream(stream)).flags & 2) !== 0)
    // Its word, to the unit, whenever the block came.
    expect((await network.readStream(stream)).settled).toBe(BigInt(body.release.maxClaim))
  })
})

import { recoverSessionKey } from '@x4pn/contracts'
import { costOfBytes, errorTable, type ReceiptItem, type ReceiptsResponse } from '@x4pn/gateway-api'
import { describe, expect, test } from 'vitest'
import { EngineError, GatewayError } from './errors.ts'
import { sessionsContext } from './network.ts'
import { createPayer, type PayerOptions, type PayerReport } from './payer.ts'
import { createStream, type SessionRecord } from './records.ts'
import { fakeNode, network, usageOf } from './testing/fake-node.ts'
import { toTunnel } from './tunnel.ts'

const MIB = 1 << 20
const keys = { privateKey: `0x${'01'.repeat(32)}`, publicKey: `0x${'02'.repeat(32)}` } as const

async function setUp(changes: Partial<PayerOptions> = {}) {
  const node = fakeNode()
  const stream = createStream(network, { user: node.account.address, node: node.account.address })
  const joined = await node.joined(stream, keys.publicKey)
  const session: SessionRecord = { ...stream, ...joined, apiUrl: '', tunnel: toTunnel(keys, joined.wireguard) }
  const log: string[] = []
  const sent: ReceiptItem[] = []
  const reports: PayerReport[] = []
  let clock = 0
  const payer = createPayer({
    session,
    gateway: {
      receipts: async ({ receipts }): Promise<ReceiptsResponse> => {
        log.push('sent')
        sent.push(...receipts)
        return { results: [{ usage: usageOf(session.stream) }] }
      },
    },
    store: async () => void log.push('stored'),
    deposit: () => 1_000_000n,
    tunnelSeen: () => true,
    onReport: (report) => reports.push(report),
    now: () => clock,
    ...changes,
  })
  /** Events at which the node holds all that was signed, a second apart. */
  async function use(...megabytes: number[]) {
    for (const used of megabytes) {
      clock += 1000
      const claimed = payer.lastSigned().toString()
      await payer.run(eventsOf([usageOf(session.stream, { usedBytes: String(used * MIB), claimed })]))
    }
    return reports.map(({ outcome }) => outcome)
  }
  return { payer, session, log, sent, reports, use, advance: (ms: number) => (clock += ms) }
}

async function* eventsOf<Event>(events: Event[]): AsyncGenerator<Event> {
  yield* events
}

function priceOf(megabytes: number): string {
  return costOfBytes(BigInt(megabytes * MIB), 50_000n).toString()
}

test('default: stores, then sends, receipts of the session key, and only when needed', async () => {
  const { use, log, sent, session, payer } = await setUp()
  expect(await use(0, 1, 2, 9)).toEqual(['paid', 'covered', 'covered', 'paid'])
  expect(log).toEqual(['stored', 'sent', 'stored', 'sent'])
  expect(sent.map(({ cumulative }) => cumulative)).toEqual([priceOf(16), priceOf(9 + 3 * 7)])
  expect(payer.lastSigned()).toBe(BigInt(priceOf(30)))
  for (const { cumulative, rate, ...item } of sent) {
    const receipt = { ...item, node: session.node, cumulative: BigInt(cumulative), rate: BigInt(rate) }
    expect(await recoverSessionKey(sessionsContext(session), receipt)).toBe(session.sessionKey)
  }
})

describe('does not sign', () => {
  test('before the tunnel is seen; afterwards it need not be seen again', async () => {
    let seen = false
    const { use, payer, sent } = await setUp({ tunnelSeen: () => seen })
    expect(await use(0, 100)).toEqual(['tunnel-not-seen', 'tunnel-not-seen'])
    expect(await payer.payOnce()).toMatchObject({ outcome: 'tunnel-not-seen' })
    expect(sent).toEqual([])
    seen = true
    await use(101)
    seen = false
    expect((await use(500)).slice(2)).toEqual(['paid', 'paid'])
  })

  test('for what its own interface did not carry, until that is plausible again', async () => {
    let local = 0n
    const { use } = await setUp({ localBytes: () => local })
    expect(await use(1, 50)).toEqual(['paid', 'implausible-usage'])
    local = BigInt(50 * MIB)
    expect((await use(51)).at(-1)).toBe('paid')
  })

  test('what could not be stored', async () => {
    const { use, sent, payer, reports } = await setUp({ store: () => Promise.reject(new Error('disk full')) })
    expect(await use(1)).toEqual(['failed'])
    expect(reports[0]?.error).toMatchObject({ message: 'disk full' })
    expect(sent).toEqual([])
    expect(payer.lastSigned()).toBe(0n)
  })

  test('more than the deposit, however much the node claims', async () => {
    const { use, sent, payer } = await setUp({ deposit: () => 500n })
    expect(await use(0, 1, 999_999)).toEqual(['paid', 'deposit-signed', 'deposit-signed'])
    expect(sent).toHaveLength(1)
    expect(payer.lastSigned()).toBe(500n)
  })
})

describe('pause', () => {
  test('one receipt can be paid by hand, and all again after resuming', async () => {
    const { use, payer, sent } = await setUp()
    await use(1)
    payer.pause()
    expect((await use(40, 50)).slice(1)).toEqual(['paused', 'paused'])
    expect(await payer.payOnce()).toMatchObject({ outcome: 'paid', lastSigned: BigInt(sent.at(-1)?.cumulative ?? 0) })
    expect(sent).toHaveLength(2)
    expect((await use(100)).at(-1)).toBe('paused')
    payer.resume()
    expect((await use(101)).at(-1)).toBe('paid')
  })

  test('behaviour: nothing is paid by hand before the node has said what was used', async () => {
    const { payer } = await setUp()
    await expect(payer.payOnce()).rejects.toMatchObject({ code: 'USAGE_UNKNOWN' })
  })
})

describe('a receipt that did not arrive', () => {
  test('is presented again, not signed again', async () => {
    let failures = 1
    const sent: string[] = []
    const { payer, session, reports, advance } = await setUp({
      gateway: {
        receipts: async ({ receipts }) => {
          if (failures-- > 0) throw new EngineError('GATEWAY_UNREACHABLE')
          sent.push(...receipts.map(({ cumulative }) => cumulative))
          return { results: [{ usage: usageOf(session.stream) }] }
        },
      },
    })
    const nothingClaimed = usageOf(session.stream, { claimed: '0' })
    await payer.run(eventsOf([nothingClaimed]))
    advance(500)
    await payer.run(eventsOf([nothingClaimed]))
    advance(1_500)
    await payer.run(eventsOf([nothingClaimed]))
    expect(reports.map(({ outcome }) => outcome)).toEqual(['failed', 'covered', 'presented'])
    expect(sent).toEqual([priceOf(16)])
  })

  test('also after a reload', async () => {
    const lastReceipt: ReceiptItem = {
      user: '0x5555555555555555555555555555555555555555',
      cumulative: '5000',
      rate: '0',
      start: 0,
      until: 0,
      signature: `0x${'11'.repeat(64)}`,
    }
    const { payer, session, sent } = await setUp({ lastReceipt })
    await payer.run(eventsOf([usageOf(session.stream, { claimed: '0' })]))
    expect(sent).toEqual([lastReceipt])
  })

  test('or was refused, says why', async () => {
    const { message, fix } = errorTable.STREAM_LEFT
    const refused = { error: { code: 'STREAM_LEFT', message, fix } } as const
    const { use, reports } = await setUp({ gateway: { receipts: async () => ({ results: [refused] }) } })
    expect(await use(1)).toEqual(['failed'])
    expect(reports[0]?.error).toBeInstanceOf(GatewayError)
    expect(reports[0]?.error).toMatchObject({ code: 'STREAM_LEFT', status: 410 })
  })
})

test('behaviour: while a receipt is on its way only the newest event is looked at', async () => {
  const { payer, session, reports } = await setUp()
  const events = [1, 2, 3, 4].map((used) =>
    usageOf(session.stream, { usedBytes: String(used * MIB), claimed: '99999' }),
  )
  await payer.run(eventsOf(events))
  expect(reports.at(-1)?.usage.usedBytes).toBe(String(4 * MIB))
  expect(reports.length).toBeLessThan(4)
})

test('a node that claims the whole deposit gets no more than its speed could have carried', async () => {
  const { use, payer, sent } = await setUp({ deposit: () => 2_000_000n })
  await use(40_960, 40_961, 40_962, 40_963, 40_964)
  expect(sent.length).toBeGreaterThan(1)
  // Five seconds of a gigabit, three in advance, two allowances and the cap; not the deposit.
  const most = costOfBytes(BigInt(8 * 128 * MIB), 50_000n) + 2n * 782n + 10_000n
  expect(payer.lastSigned()).toBeLessThanOrEqual(most)
  expect(payer.lastSigned()).toBeLessThan(100_000n)
})

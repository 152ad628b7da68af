// One thing that cannot be done now holds up nothing else, and no mistake of the clock outlasts the mistake.
import { claimableAt } from '@x4pn/contracts'
import { rateOfPass } from '@x4pn/gateway-api'
import pino from 'pino'
import { afterEach, expect, test } from 'vitest'
import type { Log } from '../log.ts'
import { type TestStream, USDC } from '../testing/network.ts'
import { createRounds } from '../testing/rounds.ts'
import { startTestGateway, type TestGateway, until } from '../testing/test-gateway.ts'
import { network, useNetwork } from '../testing/use-gateway.ts'

const DAY = 86_400_000
/** A thousand times the test gateway's price: some thousand base units a second. */
const RATE = rateOfPass(10_000_000n, 6)

let gateway: TestGateway
/** Milliseconds by which the gateway's clock is ahead. */
let ahead = 0
let lines: string[] = []
const { parts, pass: rounds } = createRounds()
const log: Log = pino({ level: 'trace', base: null }, { write: (line: string) => void lines.push(line) })

useNetwork()
afterEach(async () => {
  network.rpc.silent.clear()
  await network.testClient.setAutomine(true)
  await network.testClient.mine({ blocks: 1 })
  await gateway.stop()
})

async function start(env: Record<string, string> = {}): Promise<void> {
  ahead = 0
  lines = []
  gateway = await startTestGateway(network, {
    env: { X4PN_SETTLE_VALUE: '1000', X4PN_SETTLE_AGE: '600', ...env },
    parts: { ...parts, log, clock: () => Date.now() + ahead },
  })
  network.rpc.calls.length = 0
}

async function joined(deposit = USDC): Promise<TestStream> {
  const stream = await network.openStream(gateway.node, { deposit })
  await gateway.join(stream)
  return stream
}

const settled = async (stream: TestStream) => (await network.readStream(stream)).settled
const isClosed = async (stream: TestStream) => ((await network.readStream(stream)).flags & 2) !== 0
const count = (method: string) => network.rpc.calls.filter((called) => called === method).length

test('a pass that is left after a stop which nobody had read is paid up to the stop', async () => {
  await start({ X4PN_SETTLE_VALUE: String(USDC) })
  const [left, other] = [await joined(), await joined()]
  const now = Math.floor(Date.now() / 1000)
  const item = await gateway.receipt(left, 0n, { rate: RATE, start: now - 60, until: now + 3600 })
  await gateway.post.receipts([item])
  network.rpc.silent.add('eth_getLogs')
  await network.stopStream(left)
  const { stoppedAt } = await network.readStream(left)
  await until(() => Date.now() / 1000 > stoppedAt + 3)
  const { body } = await gateway.leave(left)
  const proven = claimableAt({ ...item, cumulative: 0n, rate: RATE }, stoppedAt, stoppedAt, 6)
  expect(BigInt(body.release.maxClaim)).toBeGreaterThan(proven)
  await gateway.pay(other, USDC)
  await until(async () => (await settled(other)) === USDC)
  await until(() => isClosed(left))
  expect(await settled(left)).toBe(proven)
})

/** A pass that began a minute ago. */
async function pass(): Promise<TestStream> {
  const stream = await joined()
  const now = Math.floor(Date.now() / 1000)
  await gateway.post.receipts([await gateway.receipt(stream, 0n, { rate: RATE, start: now - 60, until: now + 3600 })])
  return stream
}

/** A journal knows when the pass was taken, and nothing of the seconds after it. */
async function runningPass(): Promise<TestStream> {
  const stream = await pass()
  const began = Date.now()
  await until(() => Date.now() > began + 2_500)
  return stream
}

test('a pass that was left is released for what was said then, also by a clock that was put back meanwhile', async () => {
  await start({ X4PN_SETTLE_VALUE: String(USDC) })
  const stream = await runningPass()
  network.rpc.silent.add('eth_estimateGas')
  const { body } = await gateway.leave(stream)
  const said = BigInt(body.release.maxClaim)
  ahead = -5_000
  await gateway.restart()
  network.rpc.silent.clear()
  await until(() => isClosed(stream))
  expect(await settled(stream)).toBe(said)
})

test('a stopped pass that was left is paid up to its stop, also by a clock that was put back before it', async () => {
  await start({ X4PN_SETTLE_VALUE: String(USDC) })
  const stream = await runningPass()
  // Its stop is read, and nothing can be sent.
  network.rpc.silent.add('eth_estimateGas')
  await network.stopStream(stream)
  await rounds()
  const { body } = await gateway.leave(stream)
  ahead = -30_000
  await gateway.restart()
  network.rpc.silent.clear()
  await until(() => isClosed(stream))
  expect(await settled(stream)).toBe(BigInt(body.release.maxClaim))
})

test('one that left and cannot be read keeps no other from being settled', async () => {
  await start()
  const [lost, other] = [await joined(), await joined()]
  network.rpc.lies.set('eth_call', ([call]) =>
    (call as { data: string }).data.includes(lost.stream.slice(2)) ? '0x12' : undefined,
  )
  try {
    await gateway.leave(lost)
    await gateway.pay(other, 5000n)
    await until(async () => {
      ahead += 1_000
      return (await settled(other)) === 5000n
    })
  } finally {
    network.rpc.lies.clear()
  }
})

test('dust that is not worth its gas keeps the balance from nobody', async () => {
  await start({ X4PN_COIN_PRICE: String(USDC), X4PN_PAYOUT_VALUE: '1000' })
  const [stream, dust] = [await joined(), await joined()]
  await gateway.pay(dust, 1n)
  ahead = 601_000
  await gateway.pay(stream, 900_000n)
  // Where it was too dear for the dust alone, a minute goes by first.
  await until(async () => {
    ahead += 1_000
    return (await settled(stream)) === 900_000n
  })
  const account = { functionName: 'nodeAccount', args: [gateway.node] } as const
  await until(async () => {
    ahead += 1_000
    const { balance } = await network.publicClient.readContract({ ...network.contracts.sessions, ...account })
    return balance === 0n
  })
  expect(await settled(dust)).toBe(0n)
})

test('a failure while the clock was a day ahead delays nothing for a day', async () => {
  await start()
  const stream = await joined()
  ahead = DAY
  network.rpc.silent.add('eth_sendRawTransaction')
  await gateway.pay(stream, 5000n)
  await until(() => lines.some((line) => line.includes('settling failed')))
  ahead = 0
  network.rpc.silent.clear()
  await until(async () => (await settled(stream)) === 5000n)
})

test('a node key without coins is told to the operator', async () => {
  await start()
  const stream = await joined()
  await network.testClient.setBalance({ address: gateway.node, value: 0n })
  await gateway.pay(stream, 5000n)
  await until(() => lines.some((line) => line.includes('"alert":"no-coins"')))
  await network.fund(gateway.node)
  ahead = 61_000
  await until(async () => (await settled(stream)) === 5000n)
})

test('also where only a pass is to be released', async () => {
  await start({ X4PN_SETTLE_VALUE: String(USDC) })
  const stream = await pass()
  await network.testClient.setBalance({ address: gateway.node, value: 0n })
  await gateway.leave(stream)
  await until(() => lines.some((line) => line.includes('"alert":"no-coins"')))
})

test('a stop waits for blocks so long in all, not for each transaction', async () => {
  await start({ X4PN_SETTLE_VALUE: String(USDC) })
  const [left, stream] = [await joined(), await joined()]
  await gateway.pay(stream, 5000n)
  // Until it stops nothing can be sent.
  network.rpc.silent.add('eth_estimateGas')
  await gateway.leave(left)
  await rounds()
  await network.testClient.setAutomine(false)
  network.rpc.silent.clear()
  const halted = gateway.halt()
  await until(() => count('eth_getTransactionReceipt') > 0)
  ahead += 25_000
  await network.testClient.mine({ blocks: 1 })
  await until(() => count('eth_sendRawTransaction') === 2)
  ahead += 20_000
  network.rpc.calls.length = 0
  await halted
  // Waiting as long again would take some fifty questions.
  expect(count('eth_getTransactionReceipt')).toBeLessThan(30)
  expect([await settled(stream), await isClosed(left)]).toEqual([5000n, false])
})

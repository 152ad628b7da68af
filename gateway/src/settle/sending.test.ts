// Settlements that are late, stuck, too dear, undone, or somebody else's.
import { createWalletClient, http, parseGwei } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type TestStream, USDC } from '../testing/network.ts'
import { createRounds } from '../testing/rounds.ts'
import { startTestGateway, type TestGateway, until } from '../testing/test-gateway.ts'
import { network, useNetwork } from '../testing/use-gateway.ts'

let gateway: TestGateway
let stream: TestStream
/** Milliseconds by which the gateway's clock is ahead. */
let ahead = 0
const { parts, pass: rounds } = createRounds()

useNetwork()
afterEach(async () => {
  await network.testClient.setAutomine(true)
  await network.testClient.mine({ blocks: 1 })
  await gateway.stop()
})

async function start(env: Record<string, string> = {}): Promise<void> {
  ahead = 0
  gateway = await startTestGateway(network, {
    env: { X4PN_SETTLE_VALUE: '1000', X4PN_SETTLE_AGE: '600', ...env },
    parts: { ...parts, clock: () => Date.now() + ahead },
  })
  stream = await network.openStream(gateway.node, { deposit: 10n * USDC })
  await gateway.join(stream)
  network.rpc.calls.length = 0
}

const settled = async () => (await network.readStream(stream)).settled
const sent = () => network.rpc.calls.filter((method) => method === 'eth_sendRawTransaction').length
/** The endpoint has answered, and the time runs in which the gateway waits for a block. */
const isWaitedFor = () => network.rpc.calls.includes('eth_getTransactionReceipt')
/** As `until`, while the gateway's clock goes on: a failure on the way rests by it. */
const inTime = (isTrue: () => Promise<boolean>) =>
  until(() => {
    ahead += 1_000
    return isTrue()
  })
const nonce = (blockTag: 'latest' | 'pending') =>
  network.publicClient.getTransactionCount({ address: gateway.node, blockTag })
/** Gwei as a variable wants it. */
const wei = (gwei: string) => String(parseGwei(gwei))
const mine = () => network.testClient.mine({ blocks: 1 })
const baseFee = async (gwei: string) => {
  await network.testClient.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei(gwei) })
  await mine()
}

describe('no block comes', () => {
  beforeEach(async () => {
    await start()
    await network.testClient.setAutomine(false)
  })

  test('a settlement that lands after nobody waited for it any more is found, and not sent again', async () => {
    await gateway.pay(stream, 5000n)
    await until(isWaitedFor)
    ahead = 31_000
    await rounds()
    await mine()
    ahead = 60_000
    await until(async () => (await settled()) === 5000n)
    await rounds()
    expect([sent(), await nonce('latest')]).toEqual([1, 1])
    await network.testClient.setAutomine(true)
    await gateway.pay(stream, 6000n)
    await until(async () => (await settled()) === 6000n)
  })

  test('what is stuck is sent again under the same nonce for 12.5 % more', async () => {
    await gateway.pay(stream, 5000n)
    await until(isWaitedFor)
    const before = await pendingFee()
    ahead = 46_000
    await until(async () => (await pendingFee()) > before)
    expect((await pendingFee()) * 1000n).toBeGreaterThanOrEqual(before * 1125n)
    expect(await nonce('pending')).toBe(1)
    await mine()
    await until(async () => (await settled()) === 5000n)
    await rounds()
    expect(await nonce('pending')).toBe(1)
  })

  test('a restart does not send what is on its way', async () => {
    await gateway.pay(stream, 5000n)
    await until(isWaitedFor)
    await gateway.restart()
    await rounds()
    expect(await nonce('pending')).toBe(1)
    await mine()
    ahead += 16_000
    await until(async () => (await settled()) === 5000n)
    await rounds()
    expect(await nonce('pending')).toBe(1)
  })

  test.each([
    ['before it', () => Promise.resolve()],
    ['before a kill', () => gateway.restart({ env: { settle: { value: USDC, ageSeconds: 600 } } })],
  ])('at shutdown, what was sent %s is waited for, and the rest is settled', async (_, happens) => {
    await gateway.pay(stream, 5000n)
    await gateway.copyJournal()
    await until(isWaitedFor)
    ahead = 31_000
    await rounds()
    await happens()
    await gateway.pay(stream, 5900n)
    const halted = gateway.halt()
    await new Promise((next) => setTimeout(next, 200))
    await network.testClient.setAutomine(true)
    await mine()
    await halted
    expect([await settled(), await nonce('latest')]).toEqual([5900n, 2])
  })

  test('another transaction of the same key gets its time, and is replaced when it blocks the way', async () => {
    const account = privateKeyToAccount(gateway.config.nodeKey)
    const elsewhere = createWalletClient({
      account,
      chain: foundry,
      transport: http(network.publicClient.transport.url),
    })
    const hash = await elsewhere.sendTransaction({ to: gateway.node, value: 5n, gas: 21_000n })
    await gateway.pay(stream, 5000n)
    await rounds()
    expect(sent()).toBe(0)
    ahead += 46_000
    await until(isWaitedFor)
    expect(await nonce('pending')).toBe(2)
    ahead += 46_000
    await until(() => sent() > 1)
    await rounds()
    await mine()
    await until(async () => (await settled()) === 5000n)
    await expect(network.publicClient.getTransactionReceipt({ hash })).rejects.toThrow(/not be found/)
    expect(await nonce('latest')).toBe(2)
  })

  /** Of the gateway's one transaction in the mempool. */
  async function pendingFee(): Promise<bigint> {
    const { transactions } = await network.publicClient.getBlock({ blockTag: 'pending', includeTransactions: true })
    return transactions.find(({ from }) => from === gateway.node.toLowerCase())?.maxFeePerGas ?? 0n
  }
})

describe('gas', () => {
  test('above the ceiling nothing is sent but what would be lost, and that under a higher one', async () => {
    await start({ X4PN_MAX_GAS_PRICE: wei('20'), X4PN_URGENT_GAS_PRICE: wei('400') })
    await baseFee('100')
    await gateway.pay(stream, 5000n)
    await rounds()
    expect(sent()).toBe(0)
    await network.stopStream(stream)
    await until(async () => !(await gateway.pay(stream, 0n)).served)
    ahead = 61_000
    await until(async () => (await settled()) === 5000n)
    await baseFee('1')
  })

  test('is held against the value: little waits until it is much', async () => {
    await start({ X4PN_COIN_PRICE: '3000000000' })
    await gateway.pay(stream, 5000n)
    await rounds()
    expect(sent()).toBe(0)
    await gateway.pay(stream, 8_000_000n)
    ahead = 61_000
    await until(async () => (await settled()) === 8_000_000n)
    expect(sent()).toBe(1)
  })
})

test('a reorganisation that undoes a settlement: it is sent again without a restart', async () => {
  await start()
  const snapshot = await network.testClient.snapshot()
  await gateway.pay(stream, 5000n)
  await until(async () => (await settled()) === 5000n)
  await rounds()
  await network.testClient.revert({ id: snapshot })
  expect(await settled()).toBe(0n)
  await until(async () => (await settled()) === 5000n)
  await rounds()
  expect(sent()).toBe(2)
})

test('another host has settled: nothing is sent', async () => {
  await start()
  await gateway.pay(stream, 900n)
  await network.settle(gateway.node, await gateway.receipt(stream, 900n))
  ahead = 601_000
  await rounds()
  expect([await settled(), sent()]).toEqual([900n, 0])
})

describe('paying out', () => {
  const balance = async () =>
    (
      await network.publicClient.readContract({
        ...network.contracts.sessions,
        functionName: 'nodeAccount',
        args: [gateway.node],
      })
    ).balance

  test('by value', async () => {
    await start({ X4PN_PAYOUT_VALUE: '4000' })
    await gateway.pay(stream, 3000n)
    await until(async () => (await settled()) === 3000n)
    // Whoever waits for the block sees it before the clock goes on: else it is a failure, and rests.
    await rounds()
    ahead += 61_000
    await rounds()
    expect(await balance()).toBeGreaterThan(0n)
    await gateway.pay(stream, 6000n)
    await until(async () => (await settled()) === 6000n)
    await rounds()
    ahead += 61_000
    await inTime(async () => (await balance()) === 0n)
  })

  test('by age, and never where nothing is configured', async () => {
    await start({ X4PN_PAYOUT_AGE: '3600' })
    await gateway.pay(stream, 3000n)
    await until(async () => (await settled()) === 3000n)
    await rounds()
    ahead += 61_000
    await rounds()
    expect(await balance()).toBeGreaterThan(0n)
    ahead += 3_600_000
    await inTime(async () => (await balance()) === 0n)
    await gateway.stop()

    await start()
    await gateway.pay(stream, 3000n)
    await until(async () => (await settled()) === 3000n)
    await rounds()
    ahead += 86_400_000
    await rounds()
    expect(await balance()).toBeGreaterThan(0n)
  })
})

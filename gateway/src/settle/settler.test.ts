// Settling on a real chain: when, how much, once, and what is given back.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestStream, USDC } from '../testing/network.ts'
import { withOtherParity } from '../testing/other-parity.ts'
import { createRounds } from '../testing/rounds.ts'
import { outcome, startTestGateway, type TestGateway, until } from '../testing/test-gateway.ts'
import { network, useNetwork } from '../testing/use-gateway.ts'

let gateway: TestGateway
let stream: TestStream
/** Milliseconds by which the gateway's clock is ahead. */
let ahead = 0
const { parts, pass: rounds } = createRounds()

useNetwork()
beforeEach(async () => {
  ahead = 0
  gateway = await startTestGateway(network, {
    env: { X4PN_SETTLE_VALUE: '1000', X4PN_SETTLE_AGE: '600' },
    parts: { ...parts, clock: () => Date.now() + ahead },
  })
  stream = await network.openStream(gateway.node)
  await gateway.join(stream)
  network.rpc.calls.length = 0
  network.rpc.silent.clear()
})
afterEach(() => gateway.stop())

const settled = async (of = stream) => (await network.readStream(of)).settled
const sent = () => network.rpc.calls.filter((method) => method === 'eth_sendRawTransaction').length

test('by value, once', async () => {
  await gateway.pay(stream, 999n)
  await rounds()
  expect(sent()).toBe(0)
  await gateway.pay(stream, 1000n)
  await until(async () => (await settled()) === 1000n)
  await gateway.pay(stream, 1500n)
  await rounds()
  expect([await settled(), sent()]).toEqual([1000n, 1])
})

test('by age', async () => {
  await gateway.pay(stream, 5n)
  ahead = 601_000
  await until(async () => (await settled()) === 5n)
})

test('when the deposit is nearly used up, above it too, and small receipts then cost no transaction each', async () => {
  const small = await network.openStream(gateway.node, { deposit: 10_000n })
  await gateway.join(small)
  await gateway.pay(small, 9_100n)
  await until(async () => (await settled(small)) === 9_100n)
  const before = sent()
  for (let claim = 9_101n; claim < 9_120n; claim++) await gateway.pay(small, claim)
  await rounds()
  expect(sent()).toBe(before)
  await gateway.pay(small, 50_000n)
  ahead = 301_000
  await until(async () => (await settled(small)) === 10_000n)
})

test('on a stop, and small receipts after it do not cost a transaction each', async () => {
  await gateway.pay(stream, 50n)
  await network.stopStream(stream)
  await until(async () => (await settled()) === 50n)
  const before = sent()
  await gateway.pay(stream, 51n)
  await rounds()
  await gateway.pay(stream, 52n)
  await rounds()
  expect(sent()).toBe(before)
  ahead = 301_000
  await until(async () => (await settled()) === 52n)
})

test('several streams go in one transaction', async () => {
  const others = [await network.openStream(gateway.node), await network.openStream(gateway.node)]
  for (const other of others) await gateway.join(other)
  const receipts = await Promise.all([stream, ...others].map((one) => gateway.receipt(one, 500n)))
  expect(outcome(await gateway.post.receipts(receipts))).toBe('ok')
  // Due by their age, all at once.
  ahead = 601_000
  await until(async () => (await Promise.all([stream, ...others].map(settled))).every((sum) => sum === 500n))
  expect(sent()).toBe(1)
})

test('at shutdown, whatever waits', async () => {
  await gateway.pay(stream, 7n)
  await gateway.halt()
  expect(await settled()).toBe(7n)
})

test('somebody else has settled: nothing is paid twice, nothing is sent in vain', async () => {
  await gateway.pay(stream, 900n)
  await network.settle(gateway.node, await gateway.receipt(stream, 900n))
  await gateway.halt()
  expect(await settled()).toBe(900n)
})

test('a chain that takes nothing is not asked again and again', async () => {
  network.rpc.silent.add('eth_sendRawTransaction')
  await gateway.pay(stream, 5000n)
  await until(() => sent() > 0)
  await rounds()
  const first = sent()
  await rounds()
  expect(sent()).toBe(first)
  network.rpc.silent.clear()
  ahead = 16_000
  await until(async () => (await settled()) === 5000n)
})

test('pitfall 36: a receipt with the wrong parity is settled with the right one, also by a release', async () => {
  await gateway.pay(stream, 1n)
  const receipt = withOtherParity(await gateway.receipt(stream, 1100n))
  expect(outcome(await gateway.post.receipts([receipt]))).toBe('ok')
  await until(async () => (await settled()) === 1100n)
  const balance = await network.balanceOf(stream.user)
  const final = withOtherParity(await gateway.receipt(stream, 1400n))
  expect(outcome(await gateway.leave(stream, { body: { receipt: final } }))).toBe('ok')
  await until(async () => (await network.balanceOf(stream.user)) === balance + USDC - 1400n)
})

test('leaving refunds on chain, by a transaction of the node', async () => {
  const balance = await network.balanceOf(stream.user)
  await gateway.pay(stream, 400n)
  await gateway.leave(stream)
  await until(async () => (await network.balanceOf(stream.user)) === balance + USDC - 400n)
  expect(sent()).toBe(1)
})

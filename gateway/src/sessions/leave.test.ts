// Leaving: the node's last word, and that nothing which comes at the same time changes it.

import { nodeTypes, sessionsDomain, sessionsTypes } from '@x4pn/contracts'
import { verifyTypedData } from 'viem'
import { expect, test } from 'vitest'
import { type TestStream, USDC } from '../testing/network.ts'
import { outcome, until } from '../testing/test-gateway.ts'
import { gateway, network, useGateway } from '../testing/use-gateway.ts'

useGateway()

async function joined(deposit = USDC): Promise<TestStream> {
  const stream = await network.openStream(gateway.node, { deposit })
  expect(outcome(await gateway.join(stream))).toBe('ok')
  return stream
}
/** Uses as many bytes as cost `amount`. */
async function use(stream: TestStream, amount: bigint): Promise<void> {
  expect(gateway.tunnel.pass(stream.stream, amount * 1024n)).toBe(amount * 1024n)
  await until(async () => BigInt((await gateway.pay(stream, 0n)).owed) >= amount)
}
const leaveWith = async (stream: TestStream, receipt?: unknown) =>
  gateway.leave(stream, receipt === undefined ? {} : { body: { receipt } })
const settledAndClosed = async (stream: TestStream) => {
  await until(async () => ((await network.readStream(stream)).flags & 2) !== 0)
  return (await network.readStream(stream)).settled
}

test('the last count and the release, both signed by the node; the refund comes by itself', async () => {
  const stream = await joined()
  await gateway.pay(stream, 5000n)
  await use(stream, 3000n)
  const balance = await network.balanceOf(stream.user)
  const { body } = await leaveWith(stream)
  const { counters, release } = body
  expect([counters.owed, release.maxClaim, release.deposit]).toEqual(['3000', '5000', String(USDC)])

  const domain = sessionsDomain({ chainId: network.deployment.chainId, contract: network.deployment.sessions })
  const { signature, usedBytes, owed, ...rest } = counters
  const counted = { ...rest, usedBytes: BigInt(usedBytes), owed: BigInt(owed) }
  const address = gateway.node
  const common = { address, domain } as const
  expect(
    await verifyTypedData({ ...common, types: nodeTypes, primaryType: 'Counters', message: counted, signature }),
  ).toBe(true)
  const { user, node, sessionKey } = stream
  const maxClaim = BigInt(release.maxClaim)
  const word = { user, node, sessionKey, maxClaim, deposit: USDC, deadline: release.deadline }
  expect(
    await verifyTypedData({
      ...common,
      types: sessionsTypes,
      primaryType: 'Release',
      message: word,
      signature: release.signature,
    }),
  ).toBe(true)

  expect(await settledAndClosed(stream)).toBe(5000n)
  expect(await network.balanceOf(stream.user)).toBe(balance + USDC - 5000n)
  await until(() => !gateway.tunnel.peers.has(stream.stream))
})

test('a final receipt gives back what was signed ahead', async () => {
  const stream = await joined()
  await gateway.pay(stream, 9000n)
  await use(stream, 4000n)
  const { body } = await leaveWith(stream, await gateway.receipt(stream, 4000n))
  expect(body.release.maxClaim).toBe('4000')
  expect(await settledAndClosed(stream)).toBe(4000n)
})

test('a final receipt that is more than the allowance short is not taken', async () => {
  const stream = await joined()
  await gateway.pay(stream, 9000n)
  await use(stream, 8000n)
  const { body } = await leaveWith(stream, await gateway.receipt(stream, 6000n))
  expect(body.release.maxClaim).toBe('9000')
  expect(await settledAndClosed(stream)).toBe(9000n)
})

test("another stream's receipt is no final receipt, and the stream stays", async () => {
  const [stream, other] = [await joined(), await joined()]
  const answer = await leaveWith(stream, await gateway.receipt(other, 100n))
  expect(outcome(answer)).toBe('RECEIPT_BAD_SIGNATURE')
  expect(await gateway.pay(stream, 100n)).toMatchObject({ served: true })
})

test('nothing used, nothing paid: all of it comes back', async () => {
  const stream = await joined()
  const { body } = await leaveWith(stream)
  expect(body.release.maxClaim).toBe('0')
  expect(await settledAndClosed(stream)).toBe(0n)
})

test('the word is on disk before it is given, and leaving again gives the same word', async () => {
  network.rpc.silent.add('eth_sendRawTransaction')
  const stream = await joined()
  await gateway.pay(stream, 700n)
  const first = await leaveWith(stream)
  const records = await gateway.journal()
  const record = records.find((candidate) => candidate.type === 'leave' && candidate.stream === stream.stream)
  expect(record).toMatchObject({ maxClaim: 700n, release: first.body.release.signature })
  const again = await leaveWith(stream, await gateway.receipt(stream, 0n))
  expect(again.body.release.maxClaim).toBe('700')
  expect(outcome(await gateway.join(stream))).toBe('STREAM_LEFT')
  await until(() => gateway.tunnel.pass(stream.stream, 1n) === 0n)
  network.rpc.silent.clear()
})

test('receipts that come while it leaves do not change the word', async () => {
  const stream = await joined()
  await gateway.pay(stream, 100n)
  const leaving = gateway.signIn(stream, 'leave')
  const receipts = await Promise.all(
    Array.from({ length: 30 }, (_, index) => gateway.receipt(stream, 200n + BigInt(index))),
  )
  const body = await leaving
  const [left, ...paid] = await Promise.all([
    gateway.post.leave(stream, body),
    ...receipts.map((receipt) => gateway.post.receipts([receipt])),
  ])
  expect(new Set(paid.map(outcome))).toEqual(new Set(['ok']))
  expect(await settledAndClosed(stream)).toBe(BigInt(left.body.release.maxClaim))
})

test('pitfall 12: leaving while a settlement is on its way: what is settled is in the word', async () => {
  const stream = await joined()
  network.rpc.calls.length = 0
  network.rpc.held.add('eth_sendRawTransaction')
  // Due at once, since the deposit is nearly used up.
  await gateway.pay(stream, (USDC * 99n) / 100n)
  await until(() => network.rpc.calls.includes('eth_sendRawTransaction'))
  const body = { ...(await gateway.signIn(stream, 'leave')), receipt: await gateway.receipt(stream, 0n) }
  const leaving = gateway.post.leave(stream, body)
  await new Promise((next) => setTimeout(next, 200))
  network.rpc.held.clear()
  const { maxClaim } = (await leaving).body.release
  expect(maxClaim).toBe(String((USDC * 99n) / 100n))
  expect(await settledAndClosed(stream)).toBe(BigInt(maxClaim))
})

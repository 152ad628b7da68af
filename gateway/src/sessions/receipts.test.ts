// Receipts over HTTP: what counts, what is harmless, what is refused, and that nothing is acknowledged before the disk.
import { rename } from 'node:fs/promises'
import { hashReceipt, streamId } from '@x4pn/contracts'
import { concatHex, type Hex, hexToBigInt, numberToHex, slice } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { beforeEach, expect, test } from 'vitest'
import { type TestStream, USDC } from '../testing/network.ts'
import { MIB, outcome, startTestGateway, until } from '../testing/test-gateway.ts'
import { gateway, network, useGateway } from '../testing/use-gateway.ts'

let stream: TestStream

useGateway()
beforeEach(async () => {
  stream = await network.openStream(gateway.node)
  await gateway.join(stream)
})

/** The codes of a request's results, `ok` for a usage. */
async function results(receipts: readonly unknown[]): Promise<string[]> {
  const { body } = await gateway.post.receipts(receipts)
  return body.results.map((result) => ('error' in result ? result.error.code : 'ok'))
}
const onDisk = async (own = gateway) =>
  (await own.journal()).flatMap((record) => (record.type === 'receipt' ? [record] : []))

test('accepted: it is on disk before the answer, and the credit grows by what it claims', async () => {
  const before = gateway.tunnel.peers.get(stream.stream)?.entitledBytes ?? 0n
  // A MiB costs 1024 base units.
  const usage = await gateway.pay(stream, 2048n)
  expect(usage).toMatchObject({ claimed: '2048', owed: '0', served: true, creditBytes: String(3n * MIB) })
  expect((await onDisk()).some(({ receipt }) => receipt.cumulative === 2048n)).toBe(true)
  await until(() => gateway.tunnel.peers.get(stream.stream)?.entitledBytes === before + 2n * MIB)
})

test('cut when receipts and allowance are used up, and served again with one receipt', async () => {
  await gateway.pay(stream, 1024n)
  await until(() => gateway.tunnel.pass(stream.stream, 1n << 40n) === 2n * MIB)
  expect(gateway.tunnel.pass(stream.stream, 1n)).toBe(0n)
  await until(async () => (await gateway.pay(stream, 1024n)).served === false)
  expect(await gateway.pay(stream, 2048n)).toMatchObject({ served: true, owed: '2048', creditBytes: String(MIB) })
})

test('pitfall 36: an older receipt is harmless', async () => {
  await gateway.pay(stream, 2000n)
  const lines = (await onDisk()).length
  expect(await gateway.pay(stream, 1000n)).toMatchObject({ claimed: '2000' })
  expect(await gateway.pay(stream, 2000n)).toMatchObject({ claimed: '2000' })
  expect((await onDisk()).length).toBe(lines)
})

test('pitfall 36: above the deposit it is clamped, and more of it takes no place on the disk', async () => {
  expect(await gateway.pay(stream, 5n * USDC)).toMatchObject({ claimed: String(USDC), deposit: String(USDC) })
  const lines = (await onDisk()).length
  await gateway.pay(stream, 6n * USDC)
  expect((await onDisk()).length).toBe(lines)
  await network.topUp(stream, USDC)
  await until(async () => (await gateway.pay(stream, 1n)).claimed === String(2n * USDC))
})

test('pitfall 36: of another chain, contract, node or user', async () => {
  const elsewhere = '0x52908400098527886E0F7030069857D2E4169EE7'
  const receipts = [
    await gateway.receipt(stream, 10n, {}, { chainId: 1 }),
    await gateway.receipt(stream, 10n, {}, { contract: elsewhere }),
    await gateway.receipt(stream, 10n, { node: elsewhere }),
    await gateway.receipt(stream, 10n, { user: elsewhere }),
    { ...(await gateway.receipt(stream, 10n)), user: elsewhere },
    { ...(await gateway.receipt(stream, 10n)), cumulative: '11' },
    await gateway.receipt(network.makeStream(gateway.node), 10n),
  ]
  expect(await results(receipts)).toEqual(receipts.map(() => 'RECEIPT_BAD_SIGNATURE'))
  expect(await gateway.pay(stream, 1n)).toMatchObject({ claimed: '1' })
})

test('a signature that the contract does not take (high s) is no receipt', async () => {
  // Chosen so that the key follows from the signature: nonce point and s first, then the key that fits them.
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const secret = order - 12_345n
  const { publicKey } = privateKeyToAccount(numberToHex(secret, { size: 32 }))
  const [x, y] = [slice(publicKey, 1, 33), slice(publicKey, 33)].map((part) => hexToBigInt(part)) as [bigint, bigint]
  const s = order / 2n + 1000n
  const claim = { user: network.user.address, node: gateway.node, cumulative: 10n, rate: 0n, start: 0, until: 0 }
  const { chainId, sessions } = network.deployment
  const hash = hexToBigInt(hashReceipt({ chainId, contract: sessions }, claim))
  const mod = (value: bigint) => ((value % order) + order) % order
  const inverse = (value: bigint) => {
    let result = 1n
    for (let base = mod(value), power = order - 2n; power > 0n; power >>= 1n, base = mod(base * base)) {
      if (power & 1n) result = mod(result * base)
    }
    return result
  }
  const key = numberToHex(mod((s * secret - hash) * inverse(x)), { size: 32 })
  expect(y & 1n).toBe(0n)
  const signature: Hex = concatHex([numberToHex(x, { size: 32 }), numberToHex(s, { size: 32 })])

  const session = privateKeyToAccount(key)
  const made = network.makeStream(gateway.node)
  const { walletClient, contracts, mined } = network
  const args = [gateway.node, session.address, USDC] as const
  await mined(await walletClient.writeContract({ ...contracts.sessions, functionName: 'open', args }))
  const sessionKey = session.address
  const id = streamId({ user: network.user.address, node: gateway.node, sessionKey })
  expect(outcome(await gateway.join({ ...made, sessionKey, stream: id, session }))).toBe('ok')
  const item = { user: claim.user, cumulative: '10', rate: '0', start: 0, until: 0, signature }
  expect(await results([item])).toEqual(['RECEIPT_BAD_SIGNATURE'])
})

test('many in one request: each stands for itself', async () => {
  const second = await network.openStream(gateway.node)
  await gateway.join(second)
  const gone = await network.openStream(gateway.node)
  await gateway.join(gone)
  network.rpc.silent.add('eth_sendRawTransaction')
  await gateway.leave(gone)
  const receipts = [
    await gateway.receipt(stream, 100n),
    await gateway.receipt(network.makeStream(gateway.node), 100n),
    await gateway.receipt(second, 200n),
    await gateway.receipt(gone, 100n),
    await gateway.receipt(stream, 300n),
  ]
  expect(await results(receipts)).toEqual(['ok', 'RECEIPT_BAD_SIGNATURE', 'ok', 'STREAM_LEFT', 'ok'])
  network.rpc.silent.clear()
  expect(await gateway.pay(stream, 1n)).toMatchObject({ claimed: '300' })
  expect(await gateway.pay(second, 1n)).toMatchObject({ claimed: '200' })
})

test('more than sixteen, or none, are refused by their number', async () => {
  const item = await gateway.receipt(stream, 1n)
  expect(outcome(await gateway.post.receipts(Array.from({ length: 17 }, () => item)))).toBe('BAD_REQUEST')
  expect(outcome(await gateway.post.receipts([]))).toBe('BAD_REQUEST')
})

test('a disk that refuses: nothing is acknowledged and nothing counts', async () => {
  const own = await startTestGateway(network)
  const paying = await network.openStream(own.node)
  await own.join(paying)
  await own.pay(paying, 100n)
  await rename(own.config.journal, `${own.config.journal}.gone`)
  const answer = await own.post.receipts([await own.receipt(paying, 200n)])
  expect([answer.status, outcome(answer)]).toEqual([503, 'JOURNAL_UNAVAILABLE'])
  expect(answer.headers['retry-after']).toBeDefined()
  // Traffic goes on within what is on disk.
  await until(() => own.tunnel.pass(paying.stream, 1n) === 1n)
  const signs = own.tunnel.aliveSigns
  await until(() => own.tunnel.aliveSigns > signs + 1)

  await rename(`${own.config.journal}.gone`, own.config.journal)
  expect(await own.pay(paying, 150n)).toMatchObject({ claimed: '150' })
  await own.stop()
})

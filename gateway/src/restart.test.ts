// A gateway that comes back: the same sessions, addresses, receipts and counts, after a stop, a crash, and worse.
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { beforeEach, expect, test } from 'vitest'
import { Journal } from './journal/journal.ts'
import { encodeRecord } from './journal/lines.ts'
import { deriveJournalKey } from './keys.ts'
import { startGateway } from './start.ts'
import { HandTunnel } from './testing/hand-tunnel.ts'
import { type TestStream, USDC } from './testing/network.ts'
import { withOtherParity } from './testing/other-parity.ts'
import { MIB, outcome, randomKey, until } from './testing/test-gateway.ts'
import { gateway, network, useGateway } from './testing/use-gateway.ts'

let stream: TestStream

useGateway()
beforeEach(async () => {
  await rm(`${gateway.config.journal}.copy`, { force: true })
  stream = await network.openStream(gateway.node)
  await gateway.ready()
})

const peer = (tunnel = gateway.tunnel) => tunnel.peers.get(stream.stream)
const usage = () => gateway.pay(stream, 0n)
/** Of the journal, the latest last. */
const copies = async () =>
  (await readdir(gateway.folder))
    .filter((name) => name.endsWith('.kept'))
    .sort()
    .map((name) => `${gateway.folder}/${name}`)

test('killed, its counters intact: the same tunnel, and usage is neither doubled nor reset', async () => {
  const wireguardKey = randomKey()
  const before = await gateway.join(stream, { wireguardKey })
  await gateway.pay(stream, 5000n)
  await until(() => gateway.tunnel.pass(stream.stream, 3n * MIB) === 3n * MIB)
  await gateway.copyJournal()
  const { tunnel } = gateway
  tunnel.outlives = true
  network.rpc.up = false
  await gateway.restart()
  tunnel.outlives = false
  // The chain is still silent: what is known goes on.
  expect(peer()).toMatchObject({ wireguardKey, usedBytes: 3n * MIB })
  expect(await usage()).toMatchObject({ usedBytes: String(3n * MIB), claimed: '5000', served: true })
  network.rpc.up = true
  const again = await gateway.join(stream, { wireguardKey })
  expect(again.body.wireguard).toEqual(before.body.wireguard)
})

test('killed, and its counters destroyed: the count on disk is the floor, and the best receipt is kept', async () => {
  const used = 2n * MIB + 12_345n
  await gateway.join(stream)
  await gateway.pay(stream, 5000n)
  await until(() => gateway.tunnel.pass(stream.stream, used) === used)
  // An allowance and more behind: written down at once.
  await until(async () => (await readFile(gateway.config.journal, 'utf8')).includes(`"usedBytes":"${used}"`))
  await gateway.copyJournal()
  await gateway.restart()
  expect(await usage()).toMatchObject({ usedBytes: String(used), claimed: '5000' })
})

test('stopped and started: the last count is written down, and receipts are settled', async () => {
  await gateway.join(stream)
  await gateway.pay(stream, 700n)
  await until(() => gateway.tunnel.pass(stream.stream, 1000n) === 1000n)
  await gateway.restart()
  expect(await usage()).toMatchObject({ usedBytes: '1000', claimed: '700' })
  expect((await network.readStream(stream)).settled).toBe(700n)
})

test('pitfall 30: a replay of the journal does not undo a rotation', async () => {
  const wireguardKey = randomKey()
  const old = await gateway.signIn(stream, 'join')
  await gateway.post.join(old)
  await gateway.join(stream, { wireguardKey })
  await gateway.restart()
  expect(peer()?.wireguardKey).toBe(wireguardKey)
  expect(outcome(await gateway.post.join(old))).toBe('SIGNIN_SUPERSEDED')
})

test('pitfall 30: a stream that left stays left, and is released', async () => {
  await gateway.join(stream)
  await gateway.pay(stream, 300n)
  network.rpc.silent.add('eth_sendRawTransaction')
  await gateway.leave(stream)
  await gateway.restart()
  expect(outcome(await gateway.join(stream))).toBe('STREAM_LEFT')
  expect(peer()?.entitledBytes).toBe(peer()?.usedBytes)
  network.rpc.silent.clear()
  await gateway.restart()
  await until(async () => ((await network.readStream(stream)).flags & 2) !== 0)
  expect((await network.readStream(stream)).settled).toBe(300n)
})

test('pitfall 29: the same sign-in is good again after a restart, and so is a new one', async () => {
  const body = await gateway.signIn(stream, 'join')
  await gateway.post.join(body)
  await gateway.restart()
  expect(outcome(await gateway.post.join(body))).toBe('ok')
  expect(outcome(await gateway.join(stream))).toBe('ok')
})

test('pitfall 29: damaged lines are skipped, and the file is kept beside', async () => {
  await gateway.join(stream)
  await gateway.pay(stream, 400n)
  await gateway.halt()
  const before = (await copies()).length
  await appendFile(gateway.config.journal, 'deadbeef {"type":"receipt"}\n12345678 {"type":"sign')
  await gateway.restart()
  expect(await usage()).toMatchObject({ claimed: '400' })
  expect(await copies()).toHaveLength(before + 1)
})

test('the journal is lost: what was settled has been used and is paid for', async () => {
  await gateway.join(stream)
  await gateway.pay(stream, 2048n)
  await gateway.restart()
  await gateway.halt()
  await writeFile(gateway.config.journal, '')
  await gateway.restart()
  await gateway.ready()
  expect(outcome(await gateway.join(stream))).toBe('ok')
  expect(await usage()).toMatchObject({ usedBytes: String(2n * MIB), owed: '2048', claimed: '2048', served: true })
})

test('pitfall 29: a line that somebody changed is skipped, and the file is kept beside', async () => {
  await gateway.join(stream)
  await gateway.pay(stream, 400n)
  await gateway.halt()
  const before = await readFile(gateway.config.journal, 'utf8')
  await writeFile(gateway.config.journal, before.replaceAll('{"bigint":"400"}', '{"bigint":"900"}'))
  await gateway.restart()
  // What the stop before settled is read from the chain, and no more counts.
  await until(async () => (await usage()).claimed === '400')
  const kept = (await copies()).at(-1) ?? ''
  expect(await readFile(kept, 'utf8')).toContain('{"bigint":"900"}')
})

test.each([
  ['contract', { sessions: `0x${'11'.repeat(20)}` }],
  ['node key', { nodeKey: `0x${'11'.repeat(32)}` }],
] as const)('another %s in the configuration destroys nothing', async (_, slip) => {
  await gateway.join(stream)
  await gateway.pay(stream, 100n)
  await gateway.halt()
  const before = await readFile(gateway.config.journal)
  await gateway.restart({ env: slip })
  expect(gateway.tunnel.peers.size).toBe(0)
  await gateway.halt()
  const kept = (await copies()).at(-1) ?? ''
  expect(await readFile(kept)).toEqual(before)
  await writeFile(gateway.config.journal, before)
  await gateway.restart()
  expect(await usage()).toMatchObject({ claimed: '100' })
})

test('another API address: who has joined stays', async () => {
  const wireguardKey = randomKey()
  await gateway.join(stream, { wireguardKey })
  await gateway.pay(stream, 100n)
  await gateway.restart({ env: { apiUrl: 'http://moved.example' } })
  expect(peer()).toMatchObject({ wireguardKey })
  expect(await usage()).toMatchObject({ claimed: '100' })
  await gateway.restart()
})

test('pitfall 36: a receipt that was taken with the wrong parity is back, and is settled with the right one', async () => {
  // Of a user with several sessions every receipt's signer is looked for, by its parity.
  const by = privateKeyToAccount(generatePrivateKey()).address
  await network.fund(by)
  stream = await network.openStream(gateway.node, { by })
  await gateway.join(stream)
  await gateway.pay(stream, 1n)
  const { body } = await gateway.post.receipts([withOtherParity(await gateway.receipt(stream, 1100n))])
  expect(body.results[0]).toMatchObject({ usage: { claimed: '1100' } })
  network.rpc.silent.add('eth_sendRawTransaction')
  await gateway.restart()
  expect(await usage()).toMatchObject({ claimed: '1100' })
  expect((await network.readStream(stream)).settled).toBe(0n)
  network.rpc.silent.clear()
  await gateway.restart()
  expect((await network.readStream(stream)).settled).toBe(1100n)
})

test('pitfall 29: a receipt that nobody signed, whatever brought it into the journal, keeps no other from being settled', async () => {
  const other = await network.openStream(gateway.node)
  await gateway.join(stream)
  await gateway.join(other)
  await gateway.pay(stream, 900n)
  await gateway.pay(other, 800n)
  network.rpc.silent.add('eth_sendRawTransaction')
  await gateway.halt()
  const key = deriveJournalKey(gateway.config)
  const { records } = await Journal.read(gateway.config.journal, key)
  const forged = records.map((record) =>
    record.type === 'receipt' && record.stream === stream.stream
      ? { ...record, receipt: { ...record.receipt, signature: `0x${'11'.repeat(64)}` as const } }
      : record,
  )
  await writeFile(gateway.config.journal, forged.map((record) => encodeRecord(record, key)).join(''))
  network.rpc.silent.clear()
  await gateway.restart()
  await gateway.restart()
  expect(await Promise.all([stream, other].map(async (one) => (await network.readStream(one)).settled))).toEqual([
    0n,
    800n,
  ])
})

test('a start that fails at the journal leaves what an earlier run counted', async () => {
  await gateway.join(stream)
  await until(() => gateway.tunnel.pass(stream.stream, 1000n) === 1000n)
  const { tunnel } = gateway
  tunnel.outlives = true
  await gateway.halt()
  tunnel.outlives = false
  // A folder: it cannot be read.
  await expect(gateway.restart({ env: { journal: gateway.folder } })).rejects.toThrow('EISDIR')
  expect(peer()?.usedBytes).toBe(1000n)
  await gateway.restart()
  expect(await usage()).toMatchObject({ usedBytes: '1000' })
})

test('another pool: another address, for this stream and for good', async () => {
  await gateway.join(stream)
  await gateway.restart({ env: { pool4: '172.20.0.0/16' } })
  const moved = peer()?.address4
  expect(moved).toMatch(/^172\.20\./)
  await gateway.restart({ env: { pool4: '172.20.0.0/16' } })
  expect(peer()?.address4).toBe(moved)
})

test('a second copy beside the first stops before it touches anything', async () => {
  await gateway.join(stream)
  const before = await readFile(gateway.config.journal, 'utf8')
  await expect(startGateway(gateway.config, { tunnel: new HandTunnel() })).rejects.toThrow('EADDRINUSE')
  expect(await readFile(gateway.config.journal, 'utf8')).toBe(before)
  expect(await gateway.pay(stream, USDC / 100n)).toMatchObject({ served: true })
})

// From records back to sessions: what wins, what is refused, and that one bad record harms no other stream.
import { signInResources, signReceipt, streamId } from '@x4pn/contracts'
import fc from 'fast-check'
import type { Address, Hash } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { deriveKeys } from '../keys.ts'
import type { Session } from '../sessions/session.ts'
import { createNonce } from '../sign-in/nonce.ts'
import { Statements } from '../statements.ts'
import { messageFields, writeMessage } from '../testing/sign-in-message.ts'
import { randomKey } from '../testing/test-gateway.ts'
import { Fold } from './fold.ts'
import type { CountersRecord, JournalRecord, LeaveRecord, ReceiptRecord, SignInRecord } from './records.ts'
import { restore } from './restore.ts'

const sessions = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
const config = readConfig({
  X4PN_NODE_KEY: generatePrivateKey(),
  X4PN_CHAIN_ID: '31337',
  X4PN_RPC_URLS: 'http://127.0.0.1:1',
  X4PN_SESSIONS: sessions,
  X4PN_REGISTRY: sessions,
  X4PN_API_URL: 'http://192.0.2.1:8443',
  X4PN_WIREGUARD_ENDPOINT: '192.0.2.1:51820',
  X4PN_WIREGUARD_PORT: '51820',
})
const keys = deriveKeys(config.nodeKey)
const node = keys.account.address
const context = { config, keys }
const NOW = 1_800_000_000_000
const user = privateKeyToAccount(generatePrivateKey())

type Client = { user: Address; session: PrivateKeyAccount; stream: Hash }
const client = (): Client => {
  const session = privateKeyToAccount(generatePrivateKey())
  const stream = streamId({ user: user.address, node, sessionKey: session.address })
  return { user: user.address, session, stream }
}

async function signed(action: 'join' | 'leave', { session, stream }: Client, now: number, wireguardKey = randomKey()) {
  const binding = action === 'join' ? { action, node, stream, wireguardKey } : { action, node, stream }
  const { nonce } = createNonce(keys.nonceKey, Math.floor(now / 1000))
  const { apiUrl, chainId } = config
  const fields = messageFields(binding, { apiUrl, chainId, nonce, address: session.address, now })
  const message = writeMessage({ ...fields, resources: signInResources(binding) })
  return {
    stream,
    message,
    signature: await session.signMessage({ message }),
    user: user.address,
    sessionKey: session.address,
    domain: '192.0.2.1:8443',
    acceptedAt: now + 1000,
  }
}

async function signIn(of: Client, change: Partial<SignInRecord> = {}, now = NOW): Promise<SignInRecord> {
  const wireguardKey = change.wireguardKey ?? randomKey()
  return {
    type: 'signIn',
    ...(await signed('join', of, now, wireguardKey)),
    issuedAt: now,
    wireguardKey,
    address4: '10.64.0.7',
    pricePerGiB: 2n ** 20n,
    allowance: 1024n,
    passRate: 1n,
    decimals: 6,
    deposit: 1_000_000n,
    settled: 0n,
    usedBytes: 0n,
    ...change,
  }
}
async function receipt({ session, stream }: Client, cumulative: bigint, usedBytes = 0n): Promise<ReceiptRecord> {
  const claim = { user: user.address, node, cumulative, rate: 0n, start: 0, until: 0 }
  const signedClaim = await signReceipt(session, { chainId: config.chainId, contract: config.sessions }, claim)
  return { type: 'receipt', stream, receipt: signedClaim, usedBytes, acceptedAt: NOW + 2000 }
}
async function counters({ stream }: Client, usedBytes: bigint): Promise<CountersRecord> {
  const statements = new Statements(config, keys, () => NOW)
  const terms = { pricePerGiB: 2n ** 20n, allowance: 0n }
  const signedCounters = await statements.counters({ stream, usedBytes, lastHandshake: 0, terms } as Session)
  return { type: 'counters', counters: signedCounters, acceptedAt: NOW }
}
async function leave(of: Client, maxClaim: bigint): Promise<LeaveRecord> {
  const message = await signed('leave', of, NOW + 5000)
  const rest = { deposit: 1_000_000n, deadline: 0, release: `0x${'00'.repeat(65)}` as const }
  return { type: 'leave', ...message, ...rest, maxClaim }
}
const forgotten = ({ stream }: Client): JournalRecord => ({ type: 'forgotten', stream, acceptedAt: NOW })

test('a session comes back as it was', async () => {
  const one = client()
  const joined = await signIn(one)
  const best = await receipt(one, 500n, 900n)
  const { sessions: store, refused, records } = await restore([joined, best, await counters(one, 1234n)], context)
  expect(refused).toEqual([])
  expect(store.get(one.stream)).toMatchObject({
    user: user.address,
    sessionKey: one.session.address,
    wireguardKey: joined.wireguardKey,
    address4: '10.64.0.7',
    terms: { pricePerGiB: 2n ** 20n, allowance: 1024n, passRate: 1n, decimals: 6 },
    chain: { deposit: 1_000_000n, settled: 0n },
    best: best.receipt,
    usedBytes: 1234n,
    unsettledSince: best.acceptedAt,
  })
  expect(records).toHaveLength(3)
})

test('the count of the sign-in is a floor: what was settled before the journal was lost is not forgotten again', async () => {
  const one = client()
  const { sessions: store } = await restore([await signIn(one, { usedBytes: 777n }), await counters(one, 5n)], context)
  expect(store.get(one.stream)?.usedBytes).toBe(777n)
})

test('the order of the lines does not matter, and a second reading gives the same', async () => {
  const one = client()
  const later = await signIn(one, {}, NOW + 60_000)
  const all = [
    await signIn(one),
    later,
    await receipt(one, 300n, 10n),
    await receipt(one, 500n, 20n),
    await receipt(one, 400n, 30n),
    await counters(one, 25n),
  ]
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), async (shuffled) => {
      const first = await restore(shuffled, context)
      const session = first.sessions.get(one.stream)
      expect(session).toMatchObject({ wireguardKey: later.wireguardKey, best: { cumulative: 500n }, usedBytes: 30n })
      expect((await restore(first.records, context)).sessions.get(one.stream)).toEqual(session)
    }),
    { numRuns: 10 },
  )
})

test('pitfall 30: an old sign-in does not undo a rotation, also where it is found later', async () => {
  const one = client()
  const [old, rotated] = [await signIn(one), await signIn(one, {}, NOW + 1)]
  const { sessions: store } = await restore([rotated, old], context)
  expect(store.get(one.stream)?.wireguardKey).toBe(rotated.wireguardKey)
})

test('pitfall 30: left streams stay left, with the word that was given', async () => {
  const one = client()
  const records = [await signIn(one), await receipt(one, 500n), await leave(one, 500n), await receipt(one, 900n)]
  const { sessions: store } = await restore(records, context)
  expect(store.get(one.stream)?.left).toMatchObject({ maxClaim: 500n })
})

test('freshness is judged by when a message was first accepted', async () => {
  const one = client()
  const joined = await signIn(one)
  expect((await restore([joined], context)).refused).toEqual([])
  const late = { ...joined, acceptedAt: joined.acceptedAt + 3_600_000 }
  expect((await restore([late], context)).refused[0]?.reason).toMatch(/Z$/)
})

test('forgotten: nothing is left, and the stream can join again', async () => {
  const one = client()
  const gone = await restore(
    [await signIn(one), await receipt(one, 5n), forgotten(one), await receipt(one, 6n)],
    context,
  )
  expect([gone.sessions.size, gone.records]).toEqual([0, []])
  const again = await restore([await signIn(one), forgotten(one), await signIn(one, {}, NOW + 1)], context)
  expect(again.sessions.size).toBe(1)
})

describe('pitfall 29: what does not pass is refused alone', () => {
  const cases: [string, (one: Client) => Promise<JournalRecord[]>][] = [
    ['a sign-in with another key than its own', async (one) => [{ ...(await signIn(one)), wireguardKey: randomKey() }]],
    ['a sign-in of somebody else', async (one) => [{ ...(await signIn(client())), stream: one.stream }]],
    ['a forged sign-in', async (one) => [{ ...(await signIn(one)), signature: `0x${'11'.repeat(65)}` }]],
    [
      "another stream's receipt",
      async (one) => [await signIn(one), { ...(await receipt(client(), 5n)), stream: one.stream }],
    ],
    ['a forged count', async (one) => [await signIn(one), forge(await counters(one, 5n))]],
    [
      "another stream's leaving",
      async (one) => [await signIn(one), { ...(await leave(client(), 0n)), stream: one.stream }],
    ],
  ]
  test.each(cases)('%s', async (_, make) => {
    const [one, other] = [client(), client()]
    const bad = await make(one)
    const good = [await signIn(other, { address4: '10.64.0.8' }), await receipt(other, 77n)]
    const { sessions: store, refused } = await restore([...bad, ...good], context)
    expect(refused).toHaveLength(1)
    expect(store.get(other.stream)?.best?.cumulative).toBe(77n)
    const session = store.get(one.stream)
    expect([session?.best, session?.left, session?.usedBytes ?? 0n]).toEqual([undefined, undefined, 0n])
  })

  const forge = (record: CountersRecord): CountersRecord => ({
    ...record,
    counters: { ...record.counters, usedBytes: '999999999' },
  })
})

test('pitfall 28: two sessions never get one address or one key', async () => {
  const [older, newer, third] = [client(), client(), client()]
  const wireguardKey = randomKey()
  const records = [
    await signIn(older),
    await signIn(newer, { wireguardKey }, NOW + 10),
    await signIn(third, { wireguardKey, address4: '10.64.0.9' }),
  ]
  const { sessions: store, refused } = await restore(records, context)
  expect(store.get(newer.stream)?.address4).toBe('10.64.0.7')
  expect(store.get(older.stream)?.address4).not.toBe('10.64.0.7')
  expect(refused.map(({ reason }) => reason)).toEqual(['a later sign-in has its WireGuard key'])
})

test('a receipt that comes late keeps the higher count', async () => {
  const one = client()
  const fold = new Fold()
  for (const record of [await signIn(one), await receipt(one, 9n, 5n), await receipt(one, 8n, 6n)]) fold.add(record)
  expect([...fold.records()][1]).toMatchObject({ receipt: { cumulative: 9n }, usedBytes: 6n })
})

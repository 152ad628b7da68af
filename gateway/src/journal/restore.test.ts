// From records back to sessions: what wins, what is refused, and that one bad record harms no other stream.
import fc from 'fast-check'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import {
  type Client,
  client,
  context,
  counters,
  forgotten,
  leave,
  NOW,
  receipt,
  signIn,
  user,
} from '../testing/journal-records.ts'
import { randomKey } from '../testing/test-gateway.ts'
import { Fold } from './fold.ts'
import type { CountersRecord, JournalRecord } from './records.ts'
import { restore } from './restore.ts'

test('a session comes back as it was', async () => {
  const one = client()
  const joined = await signIn(one)
  const best = await receipt(one, 500n, 900n)
  const { sessions: store, refused, records } = restore([joined, best, await counters(one, 1234n)], context)
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
  const { sessions: store } = restore([await signIn(one, { usedBytes: 777n }), await counters(one, 5n)], context)
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
      const first = restore(shuffled, context)
      const session = first.sessions.get(one.stream)
      expect(session).toMatchObject({ wireguardKey: later.wireguardKey, best: { cumulative: 500n }, usedBytes: 30n })
      expect(restore(first.records, context).sessions.get(one.stream)).toEqual(session)
    }),
    { numRuns: 10 },
  )
})

test('pitfall 30: an old sign-in does not undo a rotation, also where it is found later', async () => {
  const one = client()
  const [old, rotated] = [await signIn(one), await signIn(one, {}, NOW + 1)]
  const { sessions: store } = restore([rotated, old], context)
  expect(store.get(one.stream)?.wireguardKey).toBe(rotated.wireguardKey)
})

test('pitfall 30: left streams stay left, with the word that was given', async () => {
  const one = client()
  const records = [await signIn(one), await receipt(one, 500n), await leave(one, 500n), await receipt(one, 900n)]
  const { sessions: store } = restore(records, context)
  expect(store.get(one.stream)?.left).toMatchObject({ maxClaim: 500n })
})

test('pitfall 26: what an account vouched for is asked about again, what a key signed is not', async () => {
  const [one, other] = [client(), client()]
  const byAccount = await signIn(one, { proven: false })
  const { sessions: store } = restore([byAccount, await signIn(other)], context)
  const { message, signature } = byAccount
  expect(store.get(one.stream)?.vouched).toEqual({ message, signature, askedAt: 0, revoked: false })
  expect(store.get(other.stream)?.vouched).toBeUndefined()
})

test('pitfall 36: a receipt is filed for the stream, whatever user and node are written in it', async () => {
  const one = client()
  const best = await receipt(one, 5n)
  const elsewhere = { ...best, receipt: { ...best.receipt, user: one.session.address, node: one.session.address } }
  const { sessions: store } = restore([await signIn(one), elsewhere], context)
  expect(store.get(one.stream)?.best).toEqual(best.receipt)
})

test('forgotten: nothing is left, and the stream can join again', async () => {
  const one = client()
  const gone = restore([await signIn(one), await receipt(one, 5n), forgotten(one), await receipt(one, 6n)], context)
  expect([gone.sessions.size, gone.records]).toEqual([0, []])
  const again = restore([await signIn(one), forgotten(one), await signIn(one, {}, NOW + 1)], context)
  expect(again.sessions.size).toBe(1)
})

describe('pitfall 29: what does not pass is refused alone', () => {
  const somebody = privateKeyToAccount(generatePrivateKey()).address
  const cases: [string, (one: Client) => Promise<JournalRecord[]>][] = [
    ['a sign-in of another stream', async (one) => [{ ...(await signIn(client())), stream: one.stream }]],
    ['a sign-in of another user', async (one) => [await signIn(one, { user: somebody })]],
    ['a sign-in of another session key', async (one) => [await signIn(one, { sessionKey: somebody })]],
    ['a receipt without a sign-in', async (one) => [await receipt(one, 5n)]],
    ['a count without a sign-in', async (one) => [await counters(one, 5n)]],
    ['a leaving without a sign-in', async (one) => [await leave(one, 0n)]],
    ['a count that is no number', async (one) => [await signIn(one), noNumber(await counters(one, 5n))]],
  ]
  test.each(cases)('%s', async (_, make) => {
    const [one, other] = [client(), client()]
    const bad = await make(one)
    const good = [await signIn(other, { address4: '10.64.0.8' }), await receipt(other, 77n)]
    const { sessions: store, refused } = restore([...bad, ...good], context)
    expect(refused).toHaveLength(1)
    expect(store.get(other.stream)?.best?.cumulative).toBe(77n)
    const session = store.get(one.stream)
    expect([session?.best, session?.left, session?.usedBytes ?? 0n]).toEqual([undefined, undefined, 0n])
  })

  const noNumber = (record: CountersRecord): CountersRecord => ({
    ...record,
    counters: { ...record.counters, usedBytes: '0x10' },
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
  const { sessions: store, refused } = restore(records, context)
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

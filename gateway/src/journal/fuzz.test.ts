// Any file at all: the gateway starts, and counts no money that this node did not write down.
import { createSecretKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Client,
  client,
  context,
  counters,
  forgotten,
  journalKey,
  leave,
  receipt,
  signIn,
} from '../testing/journal-records.ts'
import { Journal } from './journal.ts'
import { encodeRecord } from './lines.ts'
import type { JournalRecord } from './records.ts'
import { restore } from './restore.ts'

const HIGHEST = 900n

let folder: string
let clients: Client[]
let records: JournalRecord[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'x4pn-fuzz-'))
  clients = [client(), client(), client()]
  const each = clients.map(async (one, index) => [
    await signIn(one, { address4: `10.64.0.${index + 2}` }),
    { ...(await receipt(one, HIGHEST - 400n)), finalClaim: HIGHEST - 400n, deposit: 1_000_000n },
    await receipt(one, HIGHEST),
    await counters(one, 1000n),
  ])
  const last = clients[2] as Client
  records = [...(await Promise.all(each)).flat(), forgotten(client()), await leave(last, HIGHEST)]
})
afterAll(() => rm(folder, { recursive: true }))

const linesOf = (written: readonly JournalRecord[], key = journalKey) =>
  written.map((record) => encodeRecord(record, key)).join('')

/** Starts from a file. @param forged Streams of which anything may be said. @returns how many sessions are back. */
async function start(file: Buffer | string, forged: readonly unknown[] = []): Promise<number> {
  const path = join(folder, 'journal.jsonl')
  await writeFile(path, file)
  const read = await Journal.read(path, journalKey)
  const { sessions, records: kept } = restore(read.records, context)
  for (const { stream, best } of sessions.all()) {
    expect(clients.some((one) => one.stream === stream)).toBe(true)
    if (!forged.includes(stream)) expect((best?.cumulative ?? 0n) <= HIGHEST).toBe(true)
  }
  // What it writes anew is read again to the same.
  const journal = await Journal.create(path, journalKey, kept)
  await journal.close()
  const again = restore((await Journal.read(path, journalKey)).records, context)
  expect([...again.sessions.all()]).toEqual([...sessions.all()])
  return sessions.size
}

test('whole, doubled, and in any order: every session is back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...records, ...records], { minLength: 2 * records.length }),
      async (lines) => {
        expect(await start(linesOf(lines))).toBe(clients.length)
      },
    ),
    { numRuns: 20 },
  )
})

test('pitfall 29: cut off, with bytes changed, and with noise in between', async () => {
  const noise = fc.tuple(fc.nat(), fc.nat({ max: 400 }), fc.uint8Array({ maxLength: 200 }))
  await fc.assert(
    fc.asyncProperty(fc.array(noise, { maxLength: 4 }), fc.nat(), async (cuts, end) => {
      let file = Buffer.from(linesOf(records))
      for (const [position, length, bytes] of cuts) {
        const at = position % (file.length + 1)
        file = Buffer.concat([file.subarray(0, at), bytes, file.subarray(at + length)])
      }
      await start(file.subarray(0, file.length - (end % 3 === 0 ? end % (file.length + 1) : 0)))
    }),
    { numRuns: 60 },
  )
})

test.each(['before', 'after'])('pitfall 36: lines of who has another key, %s the right ones', async (place) => {
  const stranger = createSecretKey(new Uint8Array(32).fill(1))
  for (const record of records) {
    if (record.type !== 'receipt') continue
    const more = { ...record, receipt: { ...record.receipt, cumulative: HIGHEST + 1n } }
    const foreign = linesOf([more, forgotten(clients[0] as Client), await leave(clients[1] as Client, 0n)], stranger)
    expect(await start(place === 'before' ? foreign + linesOf(records) : linesOf(records) + foreign)).toBe(
      clients.length,
    )
  }
})

test('pitfall 29: lines with right codes, of any shape: they harm no other stream', async () => {
  const value = fc.oneof(
    fc.constantFrom(null, '', 'x', -1, {}, [], { bigint: '9'.repeat(30) }, { bigint: 'x' }, '9'.repeat(30)),
    fc.jsonValue(),
  )
  /** A record with a field of its own, or of what lies in it, replaced or gone. */
  const forged = fc.tuple(fc.nat(), fc.nat(), fc.boolean(), value).map(([which, field, inside, replacement]) => {
    const line = encodeRecord(records[which % records.length] as JournalRecord, journalKey)
    const record = JSON.parse(line.slice(line.indexOf(' ') + 1))
    const stream: unknown = record.stream ?? record.counters.stream
    const nested = record.receipt ?? record.counters
    const target = inside && nested ? nested : record
    const names = Object.keys(target)
    target[names[field % names.length] ?? ''] = replacement
    return { stream, record }
  })
  const anything = fc.jsonValue().map((record) => ({ stream: undefined, record }))
  const some = fc.array(fc.oneof(forged, anything), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(some, fc.boolean(), async (all, before) => {
      const lines = linesOf(all.map(({ record }) => record as JournalRecord))
      const streams = all.map(({ stream }) => stream)
      const back = await start(before ? lines + linesOf(records) : linesOf(records) + lines, streams)
      const whole = clients.filter(({ stream }) => !streams.includes(stream))
      expect(back).toBeGreaterThanOrEqual(whole.length)
    }),
    { numRuns: 200 },
  )
})

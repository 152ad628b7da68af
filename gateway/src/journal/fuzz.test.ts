// Any file at all: the gateway starts, and counts no money that was not signed.
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
  leave,
  receipt,
  signIn,
} from '../testing/journal-records.ts'
import { Journal } from './journal.ts'
import { decodeRecord, encodeRecord, type JournalRecord } from './records.ts'
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
    await receipt(one, HIGHEST - 400n),
    await receipt(one, HIGHEST),
    await counters(one, 1000n),
  ])
  const last = clients[2] as Client
  records = [...(await Promise.all(each)).flat(), forgotten(client()), await leave(last, HIGHEST)]
})
afterAll(() => rm(folder, { recursive: true }))

/** Starts from a file. @returns how many sessions are back. */
async function start(file: Buffer): Promise<number> {
  const path = join(folder, 'journal.jsonl')
  await writeFile(path, file)
  const read = await Journal.read(path)
  const { sessions, records: kept } = await restore(read.records, context)
  for (const { stream, best } of sessions.all()) {
    expect(clients.some((one) => one.stream === stream)).toBe(true)
    expect((best?.cumulative ?? 0n) <= HIGHEST).toBe(true)
  }
  // What it writes anew is read again to the same.
  const journal = await Journal.create(path, kept)
  await journal.close()
  const again = await restore((await Journal.read(path)).records, context)
  expect([...again.sessions.all()]).toEqual([...sessions.all()])
  return sessions.size
}

test('whole, doubled, and in any order: every session is back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...records, ...records], { minLength: 2 * records.length }),
      async (lines) => {
        expect(await start(Buffer.from(lines.map(encodeRecord).join('')))).toBe(clients.length)
      },
    ),
    { numRuns: 20 },
  )
})

test('pitfall 29: cut off, with bytes changed, and with noise in between', async () => {
  const noise = fc.tuple(fc.nat(), fc.nat({ max: 400 }), fc.uint8Array({ maxLength: 200 }))
  await fc.assert(
    fc.asyncProperty(fc.array(noise, { maxLength: 4 }), fc.nat(), async (cuts, end) => {
      let file = Buffer.from(records.map(encodeRecord).join(''))
      for (const [position, length, bytes] of cuts) {
        const at = position % (file.length + 1)
        file = Buffer.concat([file.subarray(0, at), bytes, file.subarray(at + length)])
      }
      await start(file.subarray(0, file.length - (end % 3 === 0 ? end % (file.length + 1) : 0)))
    }),
    { numRuns: 60 },
  )
})

test.each(['before', 'after'])(
  'pitfall 29: a line that claims more than was signed, %s the right ones',
  async (place) => {
    for (const record of records) {
      if (record.type !== 'receipt') continue
      const more = { ...record, receipt: { ...record.receipt, cumulative: HIGHEST + 1n } }
      const lines = place === 'before' ? [more, ...records] : [...records, more]
      expect(await start(Buffer.from(lines.map(encodeRecord).join('')))).toBe(clients.length)
    }
  },
)

test('pitfall 29: forged lines with right checksums, of any shape', async () => {
  const value = fc.oneof(
    fc.constantFrom(null, '', 'x', -1, {}, [], { bigint: '9'.repeat(30) }, { bigint: 'x' }, '9'.repeat(30)),
    fc.jsonValue(),
  )
  /** A record with a field of its own, or of what lies in it, replaced or gone. */
  const forged = fc.tuple(fc.nat(), fc.nat(), fc.boolean(), value).map(([which, field, inside, replacement]) => {
    const record = JSON.parse(encodeRecord(records[which % records.length] as JournalRecord).slice(9))
    const nested = record.receipt ?? record.counters
    const target = inside && nested ? nested : record
    const names = Object.keys(target)
    target[names[field % names.length] ?? ''] = replacement
    return record
  })
  const line = fc.oneof(forged, fc.jsonValue()).map((json) => encodeRecord(json as JournalRecord))
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), fc.boolean(), async (lines, before) => {
      const whole = records.map(encodeRecord).join('')
      await start(Buffer.from(before ? lines.join('') + whole : whole + lines.join('')))
    }),
    { numRuns: 200 },
  )
})

test('a line that is no record is skipped', () => {
  for (const json of ['null', '1', '{}', '{"type":"receipt"}', '{"type":"toString"}']) {
    const line = encodeRecord(JSON.parse(json)).slice(0, -1)
    expect(decodeRecord(line)).toBeUndefined()
  }
})

// A line: what was written comes back, and what this node did not write for this chain and contract is no record.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deriveJournalKey } from '../keys.ts'
import { anyRecord } from '../testing/any-record.ts'
import { decodeRecord, encodeRecord } from './lines.ts'

const here = {
  nodeKey: `0x${'07'.repeat(32)}`,
  chainId: 31337,
  sessions: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
} as const
const key = deriveJournalKey(here)

test('a record comes back as it was', () => {
  fc.assert(
    fc.property(anyRecord, (original) => {
      const line = encodeRecord(original, key)
      expect(line.indexOf('\n')).toBe(line.length - 1)
      expect(decodeRecord(line.slice(0, -1), key)).toEqual(original)
    }),
  )
})

test('any flipped byte is noticed, and costs only its own line', () => {
  fc.assert(
    fc.property(
      fc.tuple(anyRecord, anyRecord, anyRecord),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (records, at, flip) => {
        const lines = records.map((one) => Buffer.from(encodeRecord(one, key)))
        const [first, middle, last] = lines as [Buffer, Buffer, Buffer]
        const index = at % (middle.length - 1)
        middle[index] = (middle[index] ?? 0) ^ flip
        const file = Buffer.concat([first, middle, last]).toString('utf8').split('\n').slice(0, -1)
        const read = file.map((line) => decodeRecord(line, key))
        expect(read[0]).toEqual(records[0])
        expect(read.at(-1)).toEqual(records[2])
        expect(read.slice(1, -1).every((one) => one === undefined)).toBe(true)
      },
    ),
  )
})

test.each([
  ['node', { nodeKey: `0x${'08'.repeat(32)}` }],
  ['chain', { chainId: 1 }],
  ['contract', { sessions: `0x${'11'.repeat(20)}` }],
] as const)('pitfall 36: a line of another %s is no record', (_, change) => {
  const other = deriveJournalKey({ ...here, ...change })
  fc.assert(
    fc.property(anyRecord, (record) => decodeRecord(encodeRecord(record, other).slice(0, -1), key) === undefined),
  )
})

test('the case of the address in the configuration makes no other node', () => {
  const lower = deriveJournalKey({ ...here, sessions: here.sessions.toLowerCase() as typeof here.sessions })
  fc.assert(
    fc.property(anyRecord, (record) => decodeRecord(encodeRecord(record, key).slice(0, -1), lower) !== undefined),
  )
})

test('pitfall 36: the code of one record is not that of another, also without one, and cut short', () => {
  fc.assert(
    fc.property(anyRecord, anyRecord, fc.nat({ max: 22 }), (one, other, length) => {
      const [code, json] = split(encodeRecord(one, key))
      const [foreign, otherJson] = split(encodeRecord(other, key))
      fc.pre(json !== otherJson)
      const forged = [`${foreign} ${json}`, json, ` ${json}`, `${code.slice(0, length - 1)} ${json}`, `${code}${json}`]
      for (const line of forged) expect(decodeRecord(line, key)).toBeUndefined()
    }),
  )
})

test('pitfall 29: a line of before, with a checksum that anybody can make, is no record', () => {
  const json = '{"type":"forgotten","stream":"0x00","acceptedAt":1}'
  expect(decodeRecord(`4a1e9cc3 ${json}`, key)).toBeUndefined()
})

test('pitfall 29: a line that is no record is skipped', () => {
  for (const json of ['null', '1', '{}', '{"type":"receipt"}', '{"type":"toString"}']) {
    const line = encodeRecord(JSON.parse(json), key).slice(0, -1)
    expect(decodeRecord(line, key)).toBeUndefined()
  }
})

const split = (line: string): [code: string, json: string] => {
  const at = line.indexOf(' ')
  return [line.slice(0, at), line.slice(at + 1, -1)]
}

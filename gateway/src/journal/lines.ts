// A record as a line of the file: an authentication code, a space, JSON in which a bigint is `{"bigint":"123"}`. Only this
// node makes the right code, and only of what it has checked: what has it need not be checked once more.
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { JournalRecord } from './records.ts'
import { isRecord } from './shapes.ts'

/** Of HMAC-SHA256 the first 128 bits. */
const CODE_BYTES = 16
const CODE_LENGTH = 22

/** @param key As `deriveJournalKey` makes it. */
export function encodeRecord(record: JournalRecord, key: KeyObject): string {
  const json = JSON.stringify(packBigints(record))
  return `${codeOf(json, key)} ${json}\n`
}

/** Undefined for a torn or corrupt line, for one that was written without the key, and for one that holds no record. */
export function decodeRecord(line: string, key: KeyObject): JournalRecord | undefined {
  const json = line.slice(CODE_LENGTH + 1)
  if (!isSame(line.slice(0, CODE_LENGTH + 1), `${codeOf(json, key)} `)) return undefined
  try {
    const value = unpackBigints(JSON.parse(json))
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

const codeOf = (json: string, key: KeyObject): string =>
  createHmac('sha256', key).update(json).digest().toString('base64url', 0, CODE_BYTES)

function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

// By hand: a function given to JSON itself is called for every field, and takes five times as long as all the rest.
const packBigints = (value: unknown): unknown =>
  typeof value === 'bigint' ? { bigint: String(value) } : mapFields(value, packBigints)
const unpackBigints = (value: unknown): unknown => {
  const { bigint } = Object(value) as { bigint?: unknown }
  return typeof bigint === 'string' ? BigInt(bigint) : mapFields(value, unpackBigints)
}

function mapFields(value: unknown, map: (field: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const mapped: Record<string, unknown> = {}
  for (const name in value) {
    const field = (value as Record<string, unknown>)[name]
    mapped[name] = typeof field === 'string' || typeof field === 'number' ? field : map(field)
  }
  return mapped
}

// Whether a value is a record in every field that is relied on. A line can have the right code and come from another
// version of the gateway: it must not keep this one from starting.
import type { JournalRecord } from './records.ts'

type Is = (value: unknown) => boolean

const string: Is = (value) => typeof value === 'string'
const number: Is = (value) => typeof value === 'number'
const bigint: Is = (value) => typeof value === 'bigint'
const boolean: Is = (value) => typeof value === 'boolean'
const hex = (bytes: number): Is => {
  const pattern = new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`)
  return (value) => typeof value === 'string' && pattern.test(value)
}
const address = hex(20)
const hash = hex(32)
const optional =
  (is: Is): Is =>
  (value) =>
    value === undefined || is(value)
const object = (fields: Record<string, Is>): Is => {
  const entries = Object.entries(fields)
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    entries.every(([name, is]) => is((value as Record<string, unknown>)[name]))
}

const receipt = object({ cumulative: bigint, rate: bigint, start: number, until: number, signature: string })

const shapes: Record<JournalRecord['type'], Is> = {
  signIn: object({
    stream: hash,
    acceptedAt: number,
    issuedAt: number,
    message: string,
    signature: string,
    proven: boolean,
    user: address,
    sessionKey: address,
    wireguardKey: hash,
    address4: string,
    pricePerGiB: bigint,
    allowance: bigint,
    passRate: bigint,
    decimals: number,
    deposit: bigint,
    settled: bigint,
    usedBytes: bigint,
  }),
  receipt: object({
    stream: hash,
    acceptedAt: number,
    receipt,
    finalClaim: optional(bigint),
    deposit: optional(bigint),
    usedBytes: bigint,
  }),
  counters: object({ counters: object({ stream: hash, usedBytes: string }), acceptedAt: number }),
  leave: object({
    stream: hash,
    acceptedAt: number,
    receipt: optional(receipt),
    maxClaim: bigint,
  }),
  forgotten: object({ stream: hash, acceptedAt: number }),
}

export function isRecord(value: unknown): value is JournalRecord {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
  return typeof type === 'string' && Object.hasOwn(shapes, type) && shapes[type as JournalRecord['type']](value)
}

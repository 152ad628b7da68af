// What the journal holds: messages signed by their authors, and when this gateway first accepted them.
import type { SignedReceipt } from '@x4pn/contracts'
import type { SignedCounters } from '@x4pn/gateway-api'
import type { Address, Hash, Hex } from 'viem'

/** Unix milliseconds at which the message was first accepted: freshness is judged by it, also at a restart. */
type Accepted = { acceptedAt: number }

export type SignInRecord = Accepted & {
  type: 'signIn'
  stream: Hash
  /** Unix milliseconds; of two sign-ins the later one governs, in whatever order they are found. */
  issuedAt: number
  message: string
  signature: Hex
  user: Address
  sessionKey: Address
  wireguardKey: Hex
  /** The site that the message was accepted from. */
  domain: string
  address4: string
  /** The terms of the session and the deposit at that time, so that a restart needs no chain to go on. */
  pricePerGiB: bigint
  allowance: bigint
  passRate: bigint
  decimals: number
  deposit: bigint
  settled: bigint
  /** The gateway's own count at that time: a floor, as in `ReceiptRecord`. */
  usedBytes: bigint
}

export type ReceiptRecord = Accepted & {
  type: 'receipt'
  stream: Hash
  receipt: SignedReceipt
  /** Of a lease: what it claims in the end, by which leases of one stream are ordered. */
  finalClaim?: bigint
  /** As the chain said then: a restart without a chain knows of top-ups by it. */
  deposit?: bigint
  /** The gateway's own count when it took the receipt: the floor of the usage after a loss of the kernel's counters. */
  usedBytes: bigint
}

export type CountersRecord = Accepted & { type: 'counters'; counters: SignedCounters }

export type LeaveRecord = Accepted & {
  type: 'leave'
  stream: Hash
  message: string
  signature: Hex
  user: Address
  sessionKey: Address
  domain: string
  /** The receipt that is released: the final one, or the best. Undefined: nothing was paid. */
  receipt?: SignedReceipt
  /** The gateway's own word, given with the answer: it never claims more. */
  maxClaim: bigint
  deposit: bigint
  deadline: number
  release: Hex
}

/** The stream is closed on chain, or its first join was undone: nothing about it is needed any more. */
type ForgottenRecord = Accepted & { type: 'forgotten'; stream: Hash }

export type JournalRecord = SignInRecord | ReceiptRecord | CountersRecord | LeaveRecord | ForgottenRecord

/** One line: a checksum (32 bits of FNV-1a), a space, JSON in which a bigint is `{"bigint":"123"}`. */
export function encodeRecord(record: JournalRecord): string {
  const json = JSON.stringify(packBigints(record))
  return `${checksum(json)} ${json}\n`
}

/** Undefined for a torn or corrupt line, and for one that holds no record. */
export function decodeRecord(line: string): JournalRecord | undefined {
  const json = line.slice(9)
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(json)) return undefined
  try {
    const value = unpackBigints(JSON.parse(json))
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
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

type Shape = { [field: string]: 'string' | 'number' | 'bigint' | Shape }

const message = {
  stream: 'string',
  message: 'string',
  signature: 'string',
  user: 'string',
  sessionKey: 'string',
} as const
const receipt = { cumulative: 'bigint', rate: 'bigint', start: 'number', until: 'number', signature: 'string' } as const

/** What is relied on before a signature is checked. A line that somebody wrote by hand must not keep the gateway from starting. */
const shapes: Record<JournalRecord['type'], Shape> = {
  signIn: {
    ...message,
    domain: 'string',
    address4: 'string',
    wireguardKey: 'string',
    issuedAt: 'number',
    pricePerGiB: 'bigint',
    allowance: 'bigint',
    passRate: 'bigint',
    decimals: 'number',
    deposit: 'bigint',
    settled: 'bigint',
    usedBytes: 'bigint',
  },
  receipt: { stream: 'string', receipt, usedBytes: 'bigint' },
  counters: { counters: { stream: 'string', usedBytes: 'string', owed: 'string', signature: 'string' } },
  leave: { ...message, domain: 'string', maxClaim: 'bigint', deposit: 'bigint', deadline: 'number' },
  forgotten: { stream: 'string' },
}

function isRecord(value: unknown): value is JournalRecord {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
  return (
    typeof type === 'string' &&
    Object.hasOwn(shapes, type) &&
    hasShape(value, { ...shapes[type as JournalRecord['type']], acceptedAt: 'number' })
  )
}

function hasShape(value: unknown, shape: Shape): boolean {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Record<string, unknown>
  return Object.entries(shape).every(([name, wanted]) =>
    typeof wanted === 'string' ? typeof fields[name] === wanted : hasShape(fields[name], wanted),
  )
}

function checksum(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

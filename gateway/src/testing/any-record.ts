// Any record that a journal can hold, for property tests.
import fc from 'fast-check'
import type { JournalRecord } from '../journal/records.ts'

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((raw) => `0x${Buffer.from(raw).toString('hex')}` as const)
const amount = fc.bigInt({ min: 0n, max: 2n ** 96n - 1n })
const receipt = fc.record({
  user: hex(20),
  node: hex(20),
  cumulative: amount,
  rate: fc.constant(0n),
  start: fc.constant(0),
  until: fc.constant(0),
  signature: hex(64),
})
/** Texts come from outside: line breaks, quotes, and what looks like a number of ours. */
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('1n', '{"bigint":"1"}', '\n', '"', '\u2028', '💶'))
const common = { stream: hex(32), acceptedAt: fc.nat() }

const signIn = fc.record({
  type: fc.constant('signIn' as const),
  ...common,
  issuedAt: fc.nat(),
  message: text,
  signature: hex(65),
  proven: fc.boolean(),
  user: hex(20),
  sessionKey: hex(20),
  wireguardKey: hex(32),
  address4: fc.ipV4(),
  pricePerGiB: amount,
  allowance: amount,
  passRate: amount,
  decimals: fc.nat(18),
  deposit: amount,
  settled: amount,
  usedBytes: amount,
})
const paid = fc.record(
  {
    type: fc.constant('receipt' as const),
    ...common,
    receipt,
    finalClaim: amount,
    deposit: amount,
    usedBytes: amount,
  },
  { requiredKeys: ['type', 'stream', 'acceptedAt', 'receipt', 'usedBytes'] },
)
const counted = fc.record({
  type: fc.constant('counters' as const),
  counters: fc.record({
    stream: hex(32),
    usedBytes: amount.map(String),
    owed: amount.map(String),
    lastHandshake: fc.nat(),
    signedAt: fc.nat(),
    signature: hex(65),
  }),
  acceptedAt: fc.nat(),
})
const left = fc.record({
  type: fc.constant('leave' as const),
  ...common,
  message: text,
  signature: hex(65),
  receipt,
  maxClaim: amount,
  deposit: amount,
  deadline: fc.nat(),
  release: hex(65),
})
const forgotten = fc.record({ type: fc.constant('forgotten' as const), ...common })

export const anySignIn = signIn
export const anyRecord: fc.Arbitrary<JournalRecord> = fc.oneof(signIn, paid, counted, left, forgotten)

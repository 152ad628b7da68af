// When a session is settled, and when it is left alone.
import { expect, test } from 'vitest'
import type { Session } from '../sessions/session.ts'
import { isDue } from './due.ts'

const NOW = 1_800_000_000_000
const policy = { value: 1000n, ageSeconds: 60 }

type Change = { best?: bigint; chain?: Partial<Session['chain']> } & Partial<
  Pick<Session, 'unsettledSince' | 'settleNotBefore' | 'left' | 'leaving'>
>
function due({ best = 500n, chain = {}, ...rest }: Change): boolean {
  const session = {
    best: { cumulative: best, rate: 0n },
    chain: { deposit: 100_000n, settled: 0n, stoppedAt: 0, closed: false, ...chain },
    unsettledSince: NOW,
    ...rest,
  } as Session
  return isDue(session, policy, NOW)
}

test.each<[string, boolean, Change]>([
  ['little, and fresh', false, {}],
  ['nothing', false, { best: 0n, unsettledSince: 0 }],
  ['less than has been settled', false, { chain: { settled: 500n }, unsettledSince: 0 }],
  ['by value', true, { best: 1000n }],
  ['by value beyond what has been settled', false, { best: 1400n, chain: { settled: 500n } }],
  ['by age', true, { unsettledSince: NOW - 60_000 }],
  ['nearly by age', false, { unsettledSince: NOW - 59_999 }],
  ['on a stop', true, { chain: { stoppedAt: 1 } }],
  ['nearly used up', true, { best: 90n, chain: { deposit: 100n } }],
  ['nearly used up, and the rest in small receipts', false, { best: 95n, chain: { deposit: 100n, settled: 90n } }],
  ['used up', true, { best: 100n, chain: { deposit: 100n, settled: 99n } }],
  ['above the deposit', true, { best: 500n, chain: { deposit: 100n, settled: 99n } }],
  ['above the deposit, which is settled', false, { best: 500n, chain: { deposit: 100n, settled: 100n } }],
  ['it has left', false, { best: 5000n, left: { maxClaim: 5000n, receipt: undefined } }],
  ['it is leaving', false, { best: 5000n, leaving: true }],
  ['it rests', false, { best: 5000n, settleNotBefore: NOW + 1 }],
  ['it has rested', true, { best: 5000n, settleNotBefore: NOW }],
])('%s: %s', (_, expected, change) => {
  expect(due(change)).toBe(expected)
})

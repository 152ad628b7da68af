// The claim of a lease at its edges; that the chain agrees is tested in chain.test.ts.
import { expect, test } from 'vitest'
import { claimableAt } from './claimable-at.ts'

/** A cent an hour. */
const rate = 2_777_777_777_778n
const lease = { cumulative: 5n, rate, start: 1000, until: 1000 + 7200 }

test.each([
  ['before the start', 999, 0, 5n],
  ['at the start', 1000, 0, 5n],
  ['after an hour', 1000 + 3600, 0, 10_005n],
  ['after its end', 1_000_000, 0, 20_005n],
  ['after a stop', 1_000_000, 1000 + 3600, 10_005n],
  ['after a stop before the start', 1_000_000, 500, 5n],
])('%s', (_, at, stoppedAt, claim) => {
  expect(claimableAt(lease, at, stoppedAt, 6)).toBe(claim)
})

test('with 18 decimals loses nothing', () => {
  expect(claimableAt({ ...lease, cumulative: 0n }, 1001, 0, 18)).toBe(rate)
})

test('without a rate the times do not matter', () => {
  expect(claimableAt({ cumulative: 7n, rate: 0n, start: 0, until: 2 ** 40 - 1 }, 10, 5, 6)).toBe(7n)
})

// Fair shares: nobody gets more than the share, who wants less gets it all, and together they fill what there is.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fairShare } from './fair-share.ts'

test('alone, everything; two that want all, half each; one that wants little leaves the rest', () => {
  expect(fairShare([], 1000, 1000)).toBe(1000)
  expect(fairShare([1000], 1000, 1000)).toBe(1000)
  expect(fairShare([990, 980], 1000, 1000)).toBe(500)
  expect(fairShare([500, 500, 100], 1000, 500)).toBe(450)
  expect(fairShare([10, 20], 1000, 1000)).toBe(990)
})

test('applied again and again, hungry sessions and modest ones settle at the fair division', () => {
  const wants = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 500 })
  fc.assert(
    fc.property(wants, fc.integer({ min: 1000, max: 1_000_000 }), (wanted, total) => {
      let share = total
      for (let second = 0; second < 60; second++) {
        const carried = wanted.map((rate) => Math.min(rate, share))
        share = fairShare(carried, total, share)
      }
      const carried = wanted.map((rate) => Math.min(rate, share))
      const sum = carried.reduce((all, rate) => all + rate, 0)
      // Never more than there is. Never idle while somebody is held back by more than what counts as hungry.
      expect(sum).toBeLessThanOrEqual(total * 1.001)
      const held = wanted.some((rate) => rate > share / 0.7)
      if (held) expect(sum).toBeGreaterThan(total * 0.65)
      expect(share).toBeGreaterThanOrEqual(Math.floor(total / wanted.length))
    }),
  )
})

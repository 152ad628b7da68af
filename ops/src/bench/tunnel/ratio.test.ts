// The median of pair ratios: a slow minute of the machine, and one spoilt round, change little.
import { expect, test } from 'vitest'
import { median, ratioOf } from './ratio.ts'

test('median', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNaN()
})

test('ratio of pairs', () => {
  const pairs = [
    { paying: 98, bare: 100 },
    { paying: 9.8, bare: 10 },
    { paying: 1, bare: 100 },
    { paying: 49, bare: 50 },
    { paying: 100, bare: 100 },
  ]
  expect(ratioOf(pairs)).toBeCloseTo(0.98)
})

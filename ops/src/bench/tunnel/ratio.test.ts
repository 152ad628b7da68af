// The ratio of pairs: what is slower for a while on both sides changes nothing, and what is not known well says so.
import { expect, test } from 'vitest'
import { mean, ratioOf } from './ratio.ts'

test('mean', () => {
  expect(mean([3, 1, 2])).toBe(2)
  expect(mean([])).toBeNaN()
})

test('each pair counts the same, however fast the machine was meanwhile', () => {
  const pairs = [
    { paying: 98, bare: 100 },
    { paying: 9.8, bare: 10 },
    { paying: 980, bare: 1000 },
  ]
  for (const part of Object.values(ratioOf(pairs))) expect(part).toBeCloseTo(0.98)
})

test('twice as fast and half as fast are even', () => {
  const { ratio, low, high } = ratioOf([
    { paying: 2, bare: 1 },
    { paying: 1, bare: 2 },
  ])
  expect(ratio).toBeCloseTo(1)
  expect(low).toBeLessThan(0.5)
  expect(high).toBeGreaterThan(2)
})

test('four times as many pairs are known twice as well', () => {
  const pairs = [
    { paying: 95, bare: 100 },
    { paying: 99, bare: 100 },
  ]
  const width = (times: number) => {
    const { low, high } = ratioOf(Array.from({ length: times }, () => pairs).flat())
    return Math.log(high / low)
  }
  expect(width(100) / width(400)).toBeCloseTo(2, 1)
})

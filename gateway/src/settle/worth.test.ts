// What is settled at which price of gas.
import { describe, expect, test } from 'vitest'
import type { Session } from '../sessions/session.ts'
import { costOf, worthSettling } from './worth.ts'

const GWEI = 10n ** 9n
/** A coin is worth 3,000 USDC. */
const gas = { price: 50n * GWEI, urgentPrice: 200n * GWEI, coinPrice: 3_000_000_000n, percent: 10n }

const waiting = (value: bigint, stoppedAt = 0): Session =>
  ({
    best: { cumulative: value, rate: 0n, start: 0, until: 0 },
    chain: { deposit: 10n ** 12n, settled: 0n, stoppedAt, closed: false, servable: 10n ** 12n },
  }) as Session
const values = (due: Session[], price: bigint, change: Partial<typeof gas> = {}) =>
  worthSettling(due, price, { ...gas, ...change }).batch.map(({ best }) => best?.cumulative)

test('gas in token base units, rounded up', () => {
  expect(costOf(47_000n, GWEI, 3_000_000_000n)).toBe(141_000n)
  expect(costOf(1n, 1n, 1n)).toBe(1n)
})

describe('against the value settled', () => {
  test('0.01 USDC is not settled for 0.14 USDC of gas', () => {
    expect(values([waiting(10_000n)], GWEI)).toEqual([])
  })
  test('from ten times its gas on it is', () => {
    expect(values([waiting(1_409_999n)], GWEI)).toEqual([])
    expect(values([waiting(1_410_000n)], GWEI)).toEqual([1_410_000n])
  })
  test('many together share what a batch costs', () => {
    const many = Array.from({ length: 20 }, () => waiting(500_000n))
    expect(values(many, GWEI)).toHaveLength(20)
    expect(values(many.slice(0, 1), GWEI)).toEqual([])
  })
  test('crumbs wait for company, and hold up nobody', () => {
    expect(values([waiting(1n), waiting(5_000_000n)], 2n * GWEI)).toEqual([5_000_000n])
  })
  test('with no price of a coin only the price of gas counts', () => {
    expect(values([waiting(1n)], GWEI, { coinPrice: 0n })).toEqual([1n])
    expect(values([waiting(1n)], 51n * GWEI, { coinPrice: 0n })).toEqual([])
  })
})

describe('a stream that was stopped', () => {
  test('goes under the higher ceiling, alone', () => {
    const due = [waiting(10n ** 9n), waiting(10n ** 8n, 5)]
    expect(values(due, 60n * GWEI)).toEqual([10n ** 8n])
    expect(worthSettling(due, 60n * GWEI, gas).ceiling).toBe(gas.urgentPrice)
    expect(values(due, 201n * GWEI)).toEqual([])
  })
  test('for as much as it brings, and not at a loss', () => {
    expect(values([waiting(141_000n, 5)], GWEI)).toEqual([141_000n])
    expect(values([waiting(140_999n, 5)], GWEI)).toEqual([])
  })
})

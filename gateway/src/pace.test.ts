// The meter's pace: slow while everybody is far ahead, quick as soon as one is not.
import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

const MIB = 2n ** 20n

test('quick at first, and while nothing moves: somebody may begin at full speed', () => {
  const pace = new Pace()
  expect(pace.interval()).toBe(200)
  pace.took([], 0)
  expect(pace.interval()).toBe(200)
})

test('four readings before the first one runs out, and never quicker than five a second', () => {
  const pace = new Pace()
  pace.took([], 0)
  // 3 s ahead at its own speed.
  pace.took([{ passed: 10n * MIB, credit: 75n * MIB }], 400)
  expect(pace.interval()).toBe(400)
  const ahead = { passed: MIB, credit: 100n * MIB }
  pace.took([ahead, { passed: 10n * MIB, credit: 30n * MIB }, ahead], 800)
  expect(pace.interval()).toBe(300)
  pace.took([{ passed: 30n * MIB, credit: 1n }, ahead], 1_200)
  expect(pace.interval()).toBe(200)
  pace.took([ahead], 1_600)
  expect(pace.interval()).toBe(400)
  pace.took([], 2_000)
  expect(pace.interval()).toBe(200)
})

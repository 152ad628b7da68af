// How soon a loop comes round again.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { repeat } from './repeat.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Milliseconds from the end of each run to the start of the next, of runs that take so long. */
async function rests(took: readonly number[], interval: number, rest: number): Promise<number[]> {
  const seen: number[] = []
  let endedAt: number | undefined
  const runs = [...took, 0]
  const loop = repeat(
    async () => {
      if (endedAt !== undefined) seen.push(performance.now() - endedAt)
      await new Promise((next) => setTimeout(next, runs.shift() ?? 0))
      endedAt = performance.now()
    },
    interval,
    () => {},
    rest,
  )
  while (seen.length < took.length) await vi.advanceTimersByTimeAsync(1)
  void loop.stop()
  return seen
}

test('after the interval, or after a rest of so many times as long as the run took', async () => {
  expect(await rests([10, 100, 200], 300, 0)).toEqual([300, 300, 300])
  expect(await rests([10, 100, 200], 300, 4)).toEqual([300, 400, 800])
})

test('pitfall 31: within a second after a run in which the machine stood still', async () => {
  expect(await rests([5_000, 60_000, 10], 300, 4)).toEqual([1_000, 1_000, 300])
})

test('what fails is told, and the next run comes; a stop ends a rest', async () => {
  const failures: unknown[] = []
  let runs = 0
  const work = () => Promise.reject(new Error(String(++runs)))
  const loop = repeat(work, 1_000, (error) => failures.push(error))
  await vi.advanceTimersByTimeAsync(1_500)
  await loop.stop()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(failures).toEqual([new Error('1'), new Error('2')])
})

// Changes that come at once are done at once, and one that fails takes no other with it.
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Batch } from './batch.ts'

test('what comes at about the same time goes together, and so does what comes while that is on its way', async () => {
  const calls: number[][] = []
  const held = Promise.withResolvers<void>()
  const batch = new Batch<number>(async (items) => {
    calls.push([...items])
    if (calls.length === 1) await held.promise
  })
  const first = [1, 2].map((item) => batch.add(item))
  while (calls.length === 0) await setImmediate()
  const second = [3, 4].map((item) => batch.add(item))
  held.resolve()
  await Promise.all([...first, ...second])
  expect(calls).toEqual([
    [1, 2],
    [3, 4],
  ])
  await batch.add(5)
  expect(calls.at(-1)).toEqual([5])
})

test('pitfall 27: exactly those fail that cannot be done, and the others are done once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 300 }), async (good) => {
      const done: number[] = []
      const batch = new Batch<number>(async (items) => {
        if (items.some((item) => !good[item])) throw new Error('one of them cannot be done')
        done.push(...items)
      })
      const results = await Promise.allSettled(good.map((_, item) => batch.add(item)))
      expect(results.map(({ status }) => status === 'fulfilled')).toEqual(good)
      expect(done.toSorted((a, b) => a - b)).toEqual(good.flatMap((can, item) => (can ? [item] : [])))
    }),
    { numRuns: 50 },
  )
})

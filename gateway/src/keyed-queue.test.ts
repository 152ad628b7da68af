// The queue: one after the other for one key, at once for different keys, and no failure stops what comes after.
import { expect, test } from 'vitest'
import { KeyedQueue } from './keyed-queue.ts'

test('in turn for one key, side by side for two', async () => {
  const queue = new KeyedQueue()
  const log: string[] = []
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const work = (name: string, gate?: Promise<void>) => async () => {
    log.push(`${name} begins`)
    await gate
    log.push(`${name} ends`)
  }
  const all = [
    queue.run('a', work('a1', gates[0]?.promise)),
    queue.run('a', work('a2')),
    queue.run('b', work('b1', gates[1]?.promise)),
  ]
  await Promise.resolve()
  expect(log).toEqual(['a1 begins', 'b1 begins'])
  gates[1]?.resolve()
  gates[0]?.resolve()
  await Promise.all(all)
  expect(log.indexOf('a2 begins')).toBeGreaterThan(log.indexOf('a1 ends'))
})

test("a failure is its own caller's", async () => {
  const queue = new KeyedQueue()
  const failed = queue.run('a', () => Promise.reject(new Error('no')))
  const next = queue.run('a', async () => 'yes')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('yes')
})

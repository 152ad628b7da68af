// The feed: only to who listens, to so many of them, and nothing is kept for those who stopped.
import type { Usage } from '@x4pn/gateway-api'
import { expect, test } from 'vitest'
import { UsageFeed } from './usage-feed.ts'

const A = `0x${'aa'.repeat(32)}` as const
const B = `0x${'bb'.repeat(32)}` as const
const usage = (stream: `0x${string}`) => ({ event: 'usage' as const, data: { stream } as Usage })

test('to the listeners of that stream, until they stop', () => {
  const feed = new UsageFeed()
  const taken: string[] = []
  const listen = (name: string, stream: `0x${string}`) =>
    feed.listen(stream, { take: () => taken.push(name), end: () => {} })
  const stop = listen('one', A)
  listen('two', B)
  feed.publish(usage(A))
  stop()
  stop()
  feed.publish(usage(A))
  expect(taken).toEqual(['one'])
  expect(feed.streams()).toEqual([B])
})

test('beyond four the oldest gives way', () => {
  const feed = new UsageFeed()
  const ended: number[] = []
  const stops = [0, 1, 2, 3, 4, 5].map((index) => feed.listen(A, { take: () => {}, end: () => ended.push(index) }))
  expect(ended).toEqual([0, 1])
  for (const stop of stops) stop()
  expect(feed.streams()).toEqual([])
})

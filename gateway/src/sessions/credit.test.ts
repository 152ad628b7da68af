// Credit on its way to the kernel: a crowd of payers shares writes with rests between them, and who is near the end waits
// for none.
import pino from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HandTunnel } from '../testing/hand-tunnel.ts'
import { sessionAt } from '../testing/session.ts'
import { CreditWriter } from './credit.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const [first, second, third] = [sessionAt(1), sessionAt(2), sessionAt(3)] as const

/** A tunnel whose writes take `duration` milliseconds each. */
function setUp(duration: number) {
  const tunnel = new HandTunnel()
  /** What each write carried, and when it began. */
  const writes: { at: number; streams: string[] }[] = []
  const start = performance.now()
  vi.spyOn(tunnel, 'setCredit').mockImplementation(async (peers) => {
    writes.push({ at: performance.now() - start, streams: peers.map(({ stream }) => stream) })
    await new Promise((next) => setTimeout(next, duration))
  })
  return { credit: new CreditWriter({ tunnel, log: pino({ level: 'silent' }) }), tunnel, writes }
}
const mayRest = { mayRest: true }

test('after a write there is a rest three times as long, and what comes meanwhile goes together', async () => {
  const { credit, writes } = setUp(10)
  void credit.changed(first, mayRest)
  // It is on its way until 10, and the rest ends at 40.
  await vi.advanceTimersByTimeAsync(5)
  void credit.changed(first, mayRest)
  await vi.advanceTimersByTimeAsync(15)
  void credit.changed(second, mayRest)
  await vi.advanceTimersByTimeAsync(19)
  expect(writes).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(writes).toEqual([
    { at: 0, streams: [first.stream] },
    { at: 40, streams: [first.stream, second.stream] },
  ])
})

test('the longest rest is 50 ms, however long a write takes', async () => {
  const { credit, writes } = setUp(1_000)
  void credit.changed(first, mayRest)
  await vi.advanceTimersByTimeAsync(1_000)
  void credit.changed(second, mayRest)
  await vi.advanceTimersByTimeAsync(50)
  expect(writes.map(({ at }) => at)).toEqual([0, 1_050])
})

test('who cannot wait ends the rest, and takes along who could', async () => {
  const { credit, writes } = setUp(10)
  void credit.changed(first, mayRest)
  await vi.advanceTimersByTimeAsync(15)
  void credit.changed(second, mayRest)
  await vi.advanceTimersByTimeAsync(5)
  void credit.changed(third)
  await vi.advanceTimersByTimeAsync(0)
  expect(writes.at(-1)).toEqual({ at: 20, streams: [second.stream, third.stream] })
})

test('who cannot wait and comes while a write is on its way goes right behind it', async () => {
  const { credit, writes } = setUp(10)
  void credit.changed(first, mayRest)
  await vi.advanceTimersByTimeAsync(5)
  void credit.changed(second)
  await vi.advanceTimersByTimeAsync(5)
  expect(writes.at(-1)).toEqual({ at: 10, streams: [second.stream] })
  // The urgency was that write's: the next one rests again.
  void credit.changed(third, mayRest)
  await vi.advanceTimersByTimeAsync(39)
  expect(writes).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(1)
  expect(writes.at(-1)).toEqual({ at: 50, streams: [third.stream] })
})

test('a change resolves when the write that carries it is over, not an earlier one', async () => {
  const { credit } = setUp(10)
  const over: string[] = []
  void credit.changed(first).then(() => over.push('first'))
  await vi.advanceTimersByTimeAsync(5)
  void credit.changed(second).then(() => over.push('second'))
  await vi.advanceTimersByTimeAsync(5)
  expect(over).toEqual(['first'])
  await vi.advanceTimersByTimeAsync(10)
  expect(over).toEqual(['first', 'second'])
})

test('a write that fails is tried again after a second', async () => {
  const { credit, tunnel, writes } = setUp(10)
  vi.mocked(tunnel.setCredit).mockRejectedValueOnce(new Error('nft fails'))
  await credit.changed(first)
  expect(writes).toEqual([])
  await vi.advanceTimersByTimeAsync(999)
  expect(writes).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(writes).toEqual([{ at: 1_000, streams: [first.stream] }])
})

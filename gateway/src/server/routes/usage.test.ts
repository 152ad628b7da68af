// Back-pressure: what a listener does not take is not piled up for it.
import { expect, test } from 'vitest'
import { eventStream } from './usage.ts'

test('a listener that takes nothing is dropped before it costs much', () => {
  const body = eventStream()
  let written = 0
  const data = { filler: 'x'.repeat(400) }
  while (!body.destroyed && written < 10_000) {
    body.take({ event: 'usage', data } as never)
    written++
  }
  expect(body.destroyed).toBe(true)
  expect(written).toBeLessThan(100)
})

test('one that takes goes on', async () => {
  const body = eventStream()
  let taken = 0
  body.on('data', () => taken++)
  for (let index = 0; index < 500; index++) {
    body.take({ event: 'usage', data: { filler: 'x'.repeat(400) } } as never)
    await new Promise((next) => setImmediate(next))
  }
  expect([body.destroyed, taken]).toEqual([false, 500])
  body.destroy()
})

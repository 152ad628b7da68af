// A crowd of sign-ins does not keep the event loop to itself.
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { turn } from './turn.ts'

test('sixteen in each turn of the event loop, in their order, and all others are heard in between', async () => {
  const order: number[] = []
  let other = setImmediate()
  const crowd = Array.from({ length: 40 }, (_, index) => turn().then(() => order.push(index)))
  const after: number[] = []
  for (let turns = 0; turns < 3; turns++) {
    await other
    after.push(order.length)
    other = setImmediate()
  }
  await Promise.all(crowd)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(after).toEqual([16, 32, 40])
})

// What `npm run gas -- --check` lets pass.
import { expect, test } from 'vitest'
import { compare } from './figures.ts'

const stop = (gas: number) => [{ name: 'stop', items: 1, gas }]

test('a rise of up to 1 % passes, and so does any fall', () => {
  for (const gas of [101_000, 100_000, 50_000])
    expect(compare(stop(gas), { stop: 100_000 })).toEqual([{ name: 'stop' }])
})

test('a larger rise fails with the name of the row', () => {
  expect(compare(stop(101_001), { stop: 100_000 })).toEqual([
    { name: 'stop', problem: 'rose from 100000 to 101001 (+1.0 %)' },
  ])
})

test('rows that are new, and rows that are gone, fail until the figures are written', () => {
  expect(compare(stop(1), { close: 1 })).toEqual([
    { name: 'stop', problem: 'is not in contracts/gas.json' },
    { name: 'close', problem: 'is in contracts/gas.json but was not weighed' },
  ])
})

test("the design's limit on an item holds whatever is committed", () => {
  const batch = (gas: number) => [{ name: 'settle N=10', items: 10, gas }]
  expect(compare(batch(165_000), { 'settle N=10': 165_000 })).toEqual([{ name: 'settle N=10' }])
  expect(compare(batch(165_001), { 'settle N=10': 165_001 })).toEqual([
    { name: 'settle N=10', problem: "costs 16501 an item, above the design's 16500" },
  ])
})

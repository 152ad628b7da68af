import { expect, test } from 'vitest'
import { PITFALLS } from './pitfalls.ts'
import { readFiles } from './sources.ts'

const tests = [...readFiles('test', '.t.sol').values()].join('\n')

test.each(PITFALLS)('pitfall %i has a test', (number) => {
  expect(tests).toMatch(new RegExp(`function test(Fuzz)?_Pitfall${String(number).padStart(2, '0')}_`))
})

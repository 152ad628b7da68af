import { expect, test } from 'vitest'
import { PITFALLS } from '../pitfalls.ts'
import { readFiles } from '../sources.ts'
import { mutants } from './mutants.ts'

/** Of contracts/test/invariant/README.md; the ninth is the rewards'. */
const INVARIANTS = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12]
const sources = readFiles('src', '.sol')

test.each(mutants)('there is exactly one place to break for: $name', ({ file, from, to }) => {
  expect((sources.get(`src/${file}`) ?? '').split(from)).toHaveLength(2)
  expect(to).not.toBe(from)
})

test('each has a name of its own', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
})

test('every pitfall has a mutant that its test must notice', () => {
  const covered = mutants.flatMap(({ pitfalls = [] }) => pitfalls)
  expect(PITFALLS.filter((number) => !covered.includes(number))).toEqual([])
})

test('every invariant has a mutant that must break it', () => {
  const covered = mutants.flatMap(({ invariants = [] }) => invariants)
  expect(INVARIANTS.filter((number) => !covered.includes(number))).toEqual([])
})

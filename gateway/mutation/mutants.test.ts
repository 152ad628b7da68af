// Every pitfall of the gateway has a test by its name and a mutant that still applies. `npm run mutate -w @x4pn/gateway` runs them.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { mutants, pitfallTest } from './mutants.ts'

const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8')

/** Those of signing in and of the gateway. */
const PITFALLS = [23, 24, 25, 26, 27, 28, 29, 30, '30b', 31, 32, 33, 34, 35, 36, 37] as const

test.each(PITFALLS)('pitfall %s has a mutant', (pitfall) => {
  expect(mutants.filter((mutant) => mutant.pitfall === pitfall)).not.toEqual([])
})

describe.each(mutants)('pitfall $pitfall: $from', (mutant) => {
  test('has one place in the source', () => {
    expect(read(mutant.file).split(mutant.from)).toHaveLength(2)
    expect(mutant.to).not.toBe(mutant.from)
  })

  test('has a test by its name', () => {
    expect(read(mutant.test)).toContain(pitfallTest(mutant))
  })
})

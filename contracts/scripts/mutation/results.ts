// What each mutant's run found, kept between runs, so that a few mutants can be examined again without all the others.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CONTRACTS } from '../sources.ts'
import { mutants } from './mutants.ts'
import { type Outcome, renderTable } from './table.ts'

/** By a mutant's name. */
type Results = Record<string, Pick<Outcome, 'killers' | 'killerCount' | 'broken'>>

const RESULTS = join(CONTRACTS, 'scripts/mutation/results.json')
const TABLE = join(CONTRACTS, 'test/mutation.md')

export function readResults(): Results {
  return existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {}
}

/** Puts an outcome in place of an older one of the same mutant, and writes the table of all that are on the list. */
export function keepResults({ mutant: examined, killers, killerCount, broken }: Outcome): void {
  const results = readResults()
  results[examined.name] = { killers, killerCount, broken }
  const all = mutants.flatMap((mutant) => {
    const result = results[mutant.name]
    return result ? [{ mutant, faults: [], ...result }] : []
  })
  const kept = Object.fromEntries(all.map(({ mutant }) => [mutant.name, results[mutant.name]]))
  writeFileSync(RESULTS, `${JSON.stringify(kept, null, 2)}\n`)
  writeFileSync(TABLE, renderTable(all))
}

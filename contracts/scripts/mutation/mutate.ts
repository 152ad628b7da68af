// `npm run mutate -w contracts`: breaks the contracts in every way of mutants.ts, one at a time, and says which tests
// notice. Fails on a survivor without a reason, on a pitfall whose numbered test did not notice, on an invariant that was
// not seen broken, and on a mutant that no longer applies or compiles.
// `-- --only <text>` takes the mutants whose names contain it, `-- --units` leaves out the invariants,
// `-- --missing` takes those without a kept result, `-- --write` keeps
// the results of those that were examined, and writes the table of all.
import { parseArgs } from 'node:util'
import { type Mutant, mutants } from './mutants.ts'
import { keepResults, readResults } from './results.ts'
import { compile, createSandbox, type Sandbox } from './sandbox.ts'
import { type Outcome, pitfallTest } from './table.ts'

/** As many as the project's machines have cores. */
const WORKERS = 2
const INVARIANTS = 'contracts/test/invariant/*'
/** What a fuzzed test finds, it finds soon. */
const FEWER = { FOUNDRY_FUZZ_RUNS: '48' }
/** Longer than the default, since some states are rare; what cannot be called is passed over, so that only an invariant fails. */
const CAMPAIGN = {
  FOUNDRY_INVARIANT_RUNS: '64',
  FOUNDRY_INVARIANT_DEPTH: '250',
  FOUNDRY_INVARIANT_FAIL_ON_REVERT: 'false',
  FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: '0',
}

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    units: { type: 'boolean' },
    missing: { type: 'boolean' },
    write: { type: 'boolean' },
  },
})
const kept = options.missing ? readResults() : {}
const chosen = mutants.filter(({ name }) => name.includes(options.only ?? '') && !(name in kept))

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

async function examine(sandbox: Sandbox, mutant: Mutant): Promise<Outcome> {
  try {
    return await sandbox.broken(mutant, async () => {
      const { reasons } = await sandbox.test(['--no-match-path', INVARIANTS], FEWER)
      const killers = [...reasons.keys()].sort()
      const broken: number[] = []
      for (const number of invariantsOf(mutant)) {
        if (await breaks(sandbox, number)) broken.push(number)
      }
      const faults = faultsOf(mutant, killers, broken)
      return { mutant, killers: telling(mutant, killers), killerCount: killers.length, broken, faults }
    })
  } catch (error) {
    if (stop.signal.aborted) throw error
    return { mutant, killers: [], killerCount: 0, broken: [], faults: [(error as Error).message] }
  }
}

/** The first, and one for each pitfall. */
function telling({ pitfalls = [] }: Mutant, killers: string[]): string[] {
  const own = pitfalls.map((number) => killers.find((killer) => killer.includes(pitfallTest(number))))
  return [...new Set([killers[0], ...own])].filter((killer) => killer !== undefined)
}

function invariantsOf({ invariants = [] }: Mutant): number[] {
  return options.units ? [] : invariants
}

/** Whether this invariant, and none besides it, is seen broken. */
async function breaks(sandbox: Sandbox, number: number): Promise<boolean> {
  const { reasons } = await sandbox.test(['--fail-fast', '--match-contract', 'SessionsInvariants'], {
    ...CAMPAIGN,
    ONLY_INVARIANT: String(number),
  })
  const label = `I${String(number).padStart(2, '0')} `
  return [...reasons.values()].some((reason) => reason.includes(label))
}

function faultsOf(mutant: Mutant, killers: string[], broken: number[]): string[] {
  const { pitfalls = [], survives } = mutant
  const faults: string[] = []
  if (killers.length === 0 && survives === undefined) faults.push('no test notices')
  if (killers.length > 0 && survives !== undefined) faults.push('said to survive, and does not')
  for (const number of pitfalls) {
    if (!killers.some((killer) => killer.includes(pitfallTest(number))))
      faults.push(`no test of pitfall ${number} notices`)
  }
  for (const number of invariantsOf(mutant)) {
    if (!broken.includes(number)) faults.push(`invariant ${number} was not seen broken`)
  }
  return faults
}

function line({ mutant, killers, killerCount, broken, faults }: Outcome): string {
  const verdict = killers.length > 0 ? 'killed  ' : 'survived'
  const by = killers.length > 0 ? `${killers[0]}${killerCount > 1 ? ` and ${killerCount - 1} more` : ''}` : ''
  const seen = broken.length > 0 ? `; invariants ${broken.join(', ')}` : ''
  const wrong = faults.length > 0 ? `\n  FAULT: ${faults.join('; ')}` : ''
  return `${verdict}  ${mutant.name} (${mutant.file})  ${by}${mutant.survives ?? ''}${seen}${wrong}\n`
}

async function work(sandbox: Sandbox, queue: Mutant[], outcomes: Outcome[]): Promise<void> {
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    const outcome = await examine(sandbox, mutant)
    outcomes.push(outcome)
    process.stdout.write(line(outcome))
    if (options.write) keepResults(outcome)
  }
}

await compile(stop.signal)
const sandboxes: Sandbox[] = []
const outcomes: Outcome[] = []
try {
  const first = createSandbox(stop.signal)
  sandboxes.push(first)
  const { passed, reasons } = await first.test(['--no-match-path', INVARIANTS], FEWER)
  if (reasons.size > 0) throw new Error(`before anything is broken these fail: ${[...reasons.keys()].join(', ')}`)
  process.stdout.write(`${passed} tests pass before anything is broken; ${chosen.length} mutants\n`)
  while (sandboxes.length < WORKERS) sandboxes.push(createSandbox(stop.signal))
  const queue = [...chosen]
  await Promise.all(sandboxes.map((sandbox) => work(sandbox, queue, outcomes)))
} finally {
  for (const sandbox of sandboxes) sandbox.remove()
}

outcomes.sort((a, b) => chosen.indexOf(a.mutant) - chosen.indexOf(b.mutant))
const faulty = outcomes.filter(({ faults }) => faults.length > 0)
const killed = outcomes.filter(({ killers }) => killers.length > 0).length
process.stdout.write(
  `${outcomes.length} mutants: ${killed} killed, ${outcomes.length - killed} survived; ${faulty.length} with a fault\n`,
)
process.exitCode = faulty.length === 0 ? 0 : 1

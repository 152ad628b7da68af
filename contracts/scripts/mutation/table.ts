// The results of breaking the contracts, as Markdown.
import type { Mutant } from './mutants.ts'

export type Outcome = {
  mutant: Mutant
  /** Of the unit tests that fail: the first, and one for each of the mutant's pitfalls. */
  killers: string[]
  killerCount: number
  /** The invariants that were seen broken. */
  broken: number[]
  faults: string[]
}

/** What the names of a pitfall's tests contain. */
export function pitfallTest(number: number): string {
  return `Pitfall${String(number).padStart(2, '0')}_`
}

export function renderTable(outcomes: Outcome[]): string {
  const killed = outcomes.filter(({ killers }) => killers.length > 0).length
  const rows = outcomes.map(({ mutant, killers, killerCount, broken }) =>
    row([mutant.name, mutant.file, verdict(mutant, killers, killerCount), list(mutant.pitfalls), list(broken)]),
  )
  return [
    '# Broken copies of the contracts, and what notices',
    '',
    `Written by \`npm run mutate -w contracts -- --write\`: ${outcomes.length} mutants, ${killed} killed,`,
    `${outcomes.length - killed} survived for the reason given.`,
    '',
    '## By mutant',
    '',
    row(['mutant', 'file below `src/`', 'killed by', 'pitfalls', 'invariants seen broken']),
    row(['---', '---', '---', '---', '---']),
    ...rows,
    '',
    '## By pitfall',
    '',
    ...byNumber(outcomes, (outcome) => outcome.mutant.pitfalls ?? [], pitfallKillers, [
      'pitfall',
      'mutant',
      'its own test that fails',
    ]),
    '',
    '## By invariant',
    '',
    ...byNumber(
      outcomes,
      (outcome) => outcome.broken,
      () => 'seen broken',
      ['invariant', 'mutant', 'alone'],
    ),
    '',
  ].join('\n')
}

function verdict({ survives }: Mutant, killers: string[], count: number): string {
  if (killers.length === 0) return `nothing. ${survives ?? 'UNEXPLAINED'}`
  return `\`${killers[0]}\`${count > 1 ? ` and ${count - 1} more` : ''}`
}

function pitfallKillers({ killers }: Outcome, number: number): string {
  const own = killers.find((killer) => killer.includes(pitfallTest(number)))
  return own === undefined ? 'NONE' : `\`${own}\``
}

function byNumber(
  outcomes: Outcome[],
  numbersOf: (outcome: Outcome) => number[],
  say: (outcome: Outcome, number: number) => string,
  head: string[],
): string[] {
  const numbers = [...new Set(outcomes.flatMap(numbersOf))].sort((a, b) => a - b)
  const rows = numbers.flatMap((number) =>
    outcomes
      .filter((outcome) => numbersOf(outcome).includes(number))
      .map((outcome) => row([String(number), outcome.mutant.name, say(outcome, number)])),
  )
  return [row(head), row(head.map(() => '---')), ...rows]
}

function list(numbers: number[] = []): string {
  return numbers.join(', ')
}

function row(cells: string[]): string {
  return `| ${cells.join(' | ')} |`
}

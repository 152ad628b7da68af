// The committed figures and the design's limits, and what a run is held to.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../paths.ts'
import type { Weighed } from './bench.ts'

/** `receipt.gasUsed` by operation. */
export type Figures = { [operation: string]: number }
export type Verdict = { name: string; problem?: string }

export const FIGURES_FILE = 'contracts/gas.json'
/** A rise of more is a failure. */
const TOLERANCE = 0.01

/** shared design, "Money": gas for each item. */
const limits: Figures = {
  open: 68_200,
  openFromBalance: 55_500,
  topUp: 50_300,
  'settle N=1': 46_500,
  'settle N=10': 16_500,
  'settle N=100': 13_450,
  'settle N=100, leases': 13_950,
}

export function readFigures(): Figures {
  return JSON.parse(readFileSync(join(ROOT, FIGURES_FILE), 'utf8'))
}

export function writeFigures(weighed: Weighed[]): void {
  const figures = Object.fromEntries(weighed.map(({ name, gas }) => [name, gas]))
  writeFileSync(join(ROOT, FIGURES_FILE), `${JSON.stringify(figures, null, 2)}\n`)
}

/** One verdict an operation, in the order of the run; then those that the run no longer weighs. */
export function compare(weighed: Weighed[], committed: Figures): Verdict[] {
  const gone = Object.keys(committed).filter((name) => !weighed.some((operation) => operation.name === name))
  return [
    ...weighed.map((operation) => judge(operation, committed[operation.name])),
    ...gone.map((name) => ({ name, problem: `is in ${FIGURES_FILE} but was not weighed` })),
  ]
}

function judge({ name, gas, items }: Weighed, before: number | undefined): Verdict {
  const limit = limits[name]
  if (limit !== undefined && gas > limit * items) {
    return { name, problem: `costs ${Math.ceil(gas / items)} an item, above the design's ${limit}` }
  }
  if (before === undefined) return { name, problem: `is not in ${FIGURES_FILE}` }
  if (gas <= before * (1 + TOLERANCE)) return { name }
  return { name, problem: `rose from ${before} to ${gas} (+${((gas / before - 1) * 100).toFixed(1)} %)` }
}

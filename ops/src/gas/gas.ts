// `npm run gas`: weighs every operation by real transactions on a chain of its own, and prints what it costs.
// `--json` prints one object, `--check` holds the figures to the committed ones, `--write` commits to new ones.
import { createScreen } from '../cli/screen.ts'
import { Cleanup } from '../local/cleanup.ts'
import { createLog } from '../local/log.ts'
import { logFile } from '../paths.ts'
import { createBench, type Weighed } from './bench.ts'
import { compare, FIGURES_FILE, readFigures, writeFigures } from './figures.ts'
import { weighNodeOperations } from './node-operations.ts'
import { weighRewardOperations } from './reward-operations.ts'
import { weighRouterOperations } from './router-operations.ts'
import { renderTable, report } from './table.ts'
import { weighUpkeep } from './upkeep-operations.ts'
import { weighUserOperations } from './user-operations.ts'

export type GasOptions = { json: boolean; check: boolean; write: boolean }

/** Names of steps. */
const WIDTH = 24

/** @returns the exit code. */
export async function gas({ json, check, write }: GasOptions): Promise<number> {
  const screen = createScreen(json ? process.stderr : process.stdout, WIDTH)
  const file = logFile(`gas-${process.pid}`)
  const log = createLog(file)
  const cleanup = new Cleanup(log)
  const weighed: Weighed[] = []
  const record = (name: string, used: number, items = 1) => void weighed.push({ name, items, gas: used })
  try {
    const bench = await screen.step('chain and contracts', () => createBench(log, cleanup))
    await screen.step('user operations', () => weighUserOperations(bench, record))
    await screen.step('node operations', () => weighNodeOperations(bench, record))
    await screen.step('router operations', () => weighRouterOperations(bench, record))
    await screen.step('reward operations', () => weighRewardOperations(bench, record))
    await screen.step('upkeep', () => weighUpkeep(bench, record))
  } catch (error) {
    log(`failed: ${error instanceof Error ? error.stack : error}`)
    screen.line(`The log: ${file}`)
    return 1
  } finally {
    await cleanup.run()
  }
  const found = report(weighed)
  if (json) process.stdout.write(`${JSON.stringify(found)}\n`)
  screen.line(`\n${renderTable(found)}`)
  if (write) {
    writeFigures(weighed)
    screen.line(`\nWritten to ${FIGURES_FILE}.`)
  }
  if (!check) return 0
  const verdicts = compare(weighed, readFigures())
  const failures = verdicts.filter(({ problem }) => problem !== undefined)
  screen.line()
  for (const { name, problem } of failures) screen.line(`${name}: ${problem}`)
  if (failures.length > 0) screen.line('If that is meant: npm run gas -- --write')
  screen.line(`${verdicts.length - failures.length} passed, ${failures.length} failed`)
  return failures.length === 0 ? 0 : 1
}

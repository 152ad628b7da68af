// `npm test`: the checks and every test; ends with a line of its own, `N passed, N failed`.
import { check } from '../check/check.ts'
import type { Screen } from '../cli/screen.ts'
import { createLog } from '../local/log.ts'
import { logFile } from '../paths.ts'
import { type Count, type Suite, stages } from './suites.ts'

/** Lines of a failed suite's output that are shown; all of it is in the log. */
const SHOWN_LINES = 120

/** @returns the exit code. */
export async function test(screen: Screen): Promise<number> {
  const file = logFile('test')
  const log = createLog(file)
  screen.line(screen.colour('bold', 'X4PN tests'))
  const total = { passed: 0, failed: 0 }
  const add = ({ passed, failed }: Count) => {
    total.passed += passed
    total.failed += failed
  }
  const run = async (lane: Suite[]) => {
    for (const suite of lane) add(await runSuite(screen, suite, log))
  }
  add(await check(screen))
  for (const lanes of stages) await Promise.all(lanes.map(run))
  screen.line(`\nThe log: ${file}`)
  screen.line(`${total.passed} passed, ${total.failed} failed`)
  return total.failed === 0 ? 0 : 1
}

async function runSuite(screen: Screen, suite: Suite, log: (line: string) => void): Promise<Count> {
  const output: string[] = []
  const keep = (line: string) => {
    log(line)
    output.push(line)
  }
  let count: Count = { passed: 0, failed: 1 }
  try {
    await screen.step(suite.name, async (say) => {
      count = await suite.run(keep)
      if (count.failed > 0) throw new Error(`${count.passed} passed, ${count.failed} failed`)
      say(`${count.passed} passed`)
    })
  } catch (error) {
    keep(String(error))
    screen.line(output.slice(-SHOWN_LINES).join('\n'))
  }
  return count
}

// Every test of the project, suite by suite, each with how to count what it ran.
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { FORGE } from '../binaries.ts'
import { ROOT } from '../paths.ts'

export type Count = { passed: number; failed: number }
export type Suite = { name: string; run: (log: (line: string) => void) => Promise<Count> }

/** Every gateway and client that a test starts loads the same files: compiled once. */
const COMPILED = { NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node') }

/** Runs a program with its output in the log. @returns its exit code and what it printed. */
async function run(log: (line: string) => void, program: string, args: string[]) {
  const started = execa(program, args, { cwd: ROOT, env: COMPILED, all: true, reject: false, stdin: 'ignore' })
  for await (const line of started.iterable({ from: 'all' })) log(line)
  return started
}

const forge: Suite = {
  name: 'contracts (forge)',
  async run(log) {
    const { exitCode, stdout } = await run(log, FORGE, ['test', '--json'])
    const suites = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Record<
      string,
      { test_results: Record<string, { status: 'Success' | 'Failure' | 'Skipped' }> }
    >
    const results = Object.values(suites).flatMap(({ test_results }) => Object.values(test_results))
    const passed = results.filter(({ status }) => status === 'Success').length
    return counted(passed, results.length - passed, exitCode)
  },
}

function vitest(name: string, ...projects: string[]): Suite {
  return {
    name,
    async run(log) {
      const file = join(ROOT, '.local', `vitest-${projects.join('-')}.json`)
      await rm(file, { force: true })
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
      const { exitCode } = await run(log, 'vitest', [
        'run',
        ...projects.flatMap((project) => ['--project', project]),
        '--no-color',
        ...reporters,
      ])
      const { numPassedTests, numTotalTests } = JSON.parse(await readFile(file, 'utf8')) as Record<string, number>
      const passed = numPassedTests ?? 0
      return counted(passed, (numTotalTests ?? 0) - passed, exitCode)
    },
  }
}

const subgraph: Suite = {
  name: 'subgraph (gnd test)',
  async run(log) {
    const { exitCode, stdout } = await run(log, 'npm', ['test', '-w', 'subgraph', '--silent'])
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(stdout) ?? []
    return counted(Number(passed ?? 0), Number(failed ?? 0), exitCode)
  },
}

const gas: Suite = {
  name: 'gas (anvil)',
  async run(log) {
    const { exitCode, stdout } = await run(log, 'node', ['ops/src/main.ts', 'gas', '--check'])
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(stdout) ?? []
    return counted(Number(passed ?? 0), Number(failed ?? 0), exitCode)
  },
}

/** A suite that failed without a failed test (it did not compile, it crashed, it ran nothing) counts as one failure. */
function counted(passed: number, failed: number, exitCode: number | undefined): Count {
  return { passed, failed: failed === 0 && (exitCode !== 0 || passed === 0) ? 1 : failed }
}

/** Stages one after the other; in a stage lanes side by side, since compiling keeps a processor busy and waiting does not. */
export const stages: Suite[][][] = [
  [[forge, gas, subgraph], [vitest('units and hosts', 'unit', 'hosts')]],
  [[vitest('end to end', 'e2e')]],
]

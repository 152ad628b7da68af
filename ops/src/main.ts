// The project's commands, on Node 24: start, test, check, gas, bench, screens, generate. Called by ops/bootstrap/main.mjs.
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { check } from './check/check.ts'
import { createScreen } from './cli/screen.ts'
import { gas } from './gas/gas.ts'
import { ROOT } from './paths.ts'
import { start } from './start.ts'
import { test } from './test/test.ts'

/** Names of checks and suites. */
const WIDTH = 24

async function main(): Promise<number> {
  const [command = 'start', ...args] = process.argv.slice(2)
  switch (command) {
    case 'start': {
      const { values } = parseArgs({
        args,
        options: { once: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
      })
      return start(values)
    }
    case 'test':
      return test(createScreen(process.stdout, WIDTH))
    case 'check': {
      const { failed } = await check(createScreen(process.stdout, WIDTH))
      return failed === 0 ? 0 : 1
    }
    case 'gas': {
      const flag = { type: 'boolean', default: false } as const
      const { values } = parseArgs({ args, options: { json: flag, check: flag, write: flag } })
      return gas(values)
    }
    case 'bench': {
      const { bench } = await import('./bench/bench.ts')
      return bench(args)
    }
    case 'screens': {
      const { takeScreens } = await import('./screens/screens.ts')
      return takeScreens(createScreen(process.stdout, WIDTH))
    }
    case 'generate':
      await execa('node', ['contracts/scripts/generate.ts'], { cwd: ROOT, stdio: 'inherit' })
      return 0
    default:
      throw new Error(`There is no command ${command}.`)
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  },
)

// The project's commands, on Node 24: start, test, check, generate. Called by ops/bootstrap/main.mjs.
import { parseArgs } from 'node:util'
import { start } from './start.ts'

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

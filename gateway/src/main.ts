#!/usr/bin/env node
// The command: finds what is asked for in the table of commands, runs it, and prints one result.
import { parseArgs } from 'node:util'
import { ApiError } from './api-error.ts'
import { WrongChainError } from './chain/endpoint.ts'
import { UsageError } from './cli/command.ts'
import { commands, help } from './cli/commands.ts'
import { ConfigError, readConfig } from './config.ts'

/** @returns the exit code. */
async function main([first, ...rest]: string[]): Promise<number> {
  const named = first !== undefined && !first.startsWith('-')
  const name = named ? first : 'run'
  const args = named ? rest : [first, ...rest].filter((word) => word !== undefined)
  const wantsHelp = args.includes('--help') || args.includes('-h') || name === 'help'
  if (wantsHelp) {
    print(help(named && name !== 'help' ? name : undefined))
    return 0
  }
  const command = commands[name]
  if (!command) throw new UsageError(`There is no command ${name}.\n\n${help()}`)
  const { words, options } = parse(args, command)
  const result = await command.run({ words, options, config: () => readConfig(process.env) })
  if (result === undefined) return 0
  if ('exitCode' in result) return result.exitCode
  print(options.json === true ? JSON.stringify(result.json) : result.lines.join('\n'))
  return 0
}

function parse(args: string[], { values, flags }: { values: readonly string[]; flags: readonly string[] }) {
  try {
    const { positionals, values: options } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...Object.fromEntries(values.map((value) => [value, { type: 'string' as const }])),
        ...Object.fromEntries([...flags, 'json'].map((flag) => [flag, { type: 'boolean' as const }])),
      },
    })
    return { words: positionals, options }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** What the operator can mend comes without a stack. */
function explain(error: unknown): unknown {
  if (error instanceof ConfigError || error instanceof UsageError || error instanceof ApiError) return error.message
  if (error instanceof WrongChainError) return error.shortMessage
  return error instanceof Error ? error.stack : error
}

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`)
    process.exit(error instanceof UsageError ? 2 : 1)
  },
)

// What a command of x4pn-gateway is, and what it is given.
import type { Config } from '../config.ts'

/** A mistake of the person at the keyboard: shown without a stack, with exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

export type Options = Record<string, string | boolean | undefined>

export type Command = {
  /** One line. */
  summary: string
  /** What comes after the command's name, as a person reads it. */
  usage: string
  /** Names of options with a value, and of those without. */
  values: readonly string[]
  flags: readonly string[]
  run: (input: { words: string[]; options: Options; config: () => Config }) => Promise<Result | undefined>
}

/** With `--json` the object, else the lines; or the exit code where the command has printed by itself. */
type Result = { json: unknown; lines: string[] } | { exitCode: number }

export function needed(options: Options, name: string): string {
  const value = options[name]
  if (typeof value === 'string' && value !== '') return value
  throw new UsageError(`--${name} is needed.`)
}

export const optional = (options: Options, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

// The log of a run: one file, each line with its time and the part that wrote it.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export type Log = (line: string) => void

export function createLog(file: string): Log {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  return (line) => appendFileSync(file, `${new Date().toISOString().slice(11, 23)} ${line}\n`)
}

/** The same log, for a part that does not write its own name. */
export const under =
  (name: string, log: Log): Log =>
  (line) =>
    log(`${name} | ${line}`)

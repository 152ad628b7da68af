// Where things are in a checkout.
import { accessSync, constants, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')

/** Logs of runs: in the checkout, or in the system's folder for temporary files where the checkout is not ours. */
export function logFile(name: string): string {
  const folder = join(ROOT, '.local')
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return join(folder, `${name}.log`)
  } catch {
    return join(tmpdir(), `x4pn-${name}.log`)
  }
}

// The Solidity sources and tests, read as text.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const CONTRACTS = join(dirname(fileURLToPath(import.meta.url)), '..')
export const ROOT = join(CONTRACTS, '..')

/** Path below contracts/ → text, of every file in `folder` whose name ends so. */
export function readFiles(folder: 'src' | 'test', ending: string): Map<string, string> {
  const names = readdirSync(join(CONTRACTS, folder), { recursive: true, encoding: 'utf8' })
  const paths = names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name))
  return new Map(paths.sort().map((path) => [path, readFileSync(join(CONTRACTS, path), 'utf8')]))
}

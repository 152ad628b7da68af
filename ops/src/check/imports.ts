// Imports between workspaces go one way: contracts → gateway/api → gateway; contracts, gateway/api → dapp/engine → dapp;
// all → ops. Held against every import in the source, by package name and by path.
import { readFileSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { execa } from 'execa'
import { ROOT } from '../paths.ts'

/** Folder → package name, and the folders it may import from. The longest folder that fits a file is its workspace. */
const workspaces: Record<string, { name: string; mayImport: string[] }> = {
  contracts: { name: '@x4pn/contracts', mayImport: [] },
  subgraph: { name: '@x4pn/subgraph', mayImport: ['contracts'] },
  'gateway/api': { name: '@x4pn/gateway-api', mayImport: ['contracts'] },
  gateway: { name: '@x4pn/gateway', mayImport: ['contracts', 'gateway/api'] },
  'dapp/engine': { name: '@x4pn/client', mayImport: ['contracts', 'gateway/api'] },
  dapp: { name: '@x4pn/dapp', mayImport: ['contracts', 'gateway/api', 'dapp/engine'] },
  ops: { name: '@x4pn/ops', mayImport: ['contracts', 'subgraph', 'gateway', 'gateway/api', 'dapp', 'dapp/engine'] },
}

const IMPORT = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*|\brequire\(\s*)['"]([^'"]+)['"]/g

/** One line for each import that goes the wrong way. */
export async function wrongImports(): Promise<string[]> {
  const { stdout } = await execa('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx', '*.mjs'], {
    cwd: ROOT,
  })
  const files = stdout.split('\n')
  return files.flatMap((file) => specifiers(file).flatMap((specifier) => wrongImport(file, specifier) ?? []))
}

/** What is wrong with an import; undefined when it goes the right way. @param file relative to the checkout */
export function wrongImport(file: string, specifier: string): string | undefined {
  const from = workspaceOf(resolve(ROOT, file))
  const to = targetOf(file, specifier)
  if (from === undefined || to === undefined || to === from || workspaces[from]?.mayImport.includes(to))
    return undefined
  return `${file} imports ${specifier}: ${from} may not import from ${to}`
}

function specifiers(file: string): string[] {
  try {
    return [...readFileSync(resolve(ROOT, file), 'utf8').matchAll(IMPORT)].map(([, specifier = '']) => specifier)
  } catch {
    // Deleted, but not yet committed.
    return []
  }
}

function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return workspaceOf(resolve(ROOT, dirname(file), specifier))
  const named = Object.entries(workspaces).find(
    ([, { name }]) => specifier === name || specifier.startsWith(`${name}/`),
  )
  return named?.[0]
}

function workspaceOf(path: string): string | undefined {
  const fitting = Object.keys(workspaces).filter((folder) => path.startsWith(resolve(ROOT, folder) + sep))
  return fitting.sort((a, b) => b.length - a.length)[0]
}

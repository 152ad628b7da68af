// `npm run check`: format, lint, types, dead code, imports between workspaces, drift of generated files. All of them run,
// so that one failure hides no other.
import { execa } from 'execa'
import { FORGE } from '../binaries.ts'
import type { Screen } from '../cli/screen.ts'
import { ROOT } from '../paths.ts'
import { wrongImports } from './imports.ts'

type Check = { name: string; run: () => Promise<void> }

const command = (name: string, program: string, ...args: string[]): Check => ({
  name,
  async run() {
    const { failed, all } = await execa(program, args, { cwd: ROOT, all: true, reject: false })
    if (failed) throw new Error(`${[program, ...args].join(' ')}\n${all}`)
  },
})

const checks: Check[] = [
  command('format and lint', 'biome', 'check', '--error-on-warnings'),
  command('Solidity format', FORGE, 'fmt', '--check'),
  command('Solidity lint', 'npm', 'run', 'lint', '-w', 'contracts'),
  command('types', 'tsc', '-p', '.'),
  command('dead code', 'knip', '--no-progress'),
  {
    name: 'imports',
    async run() {
      const wrong = await wrongImports()
      if (wrong.length > 0) throw new Error(wrong.join('\n'))
    },
  },
  command('generated files', 'node', 'contracts/scripts/generate.ts', '--check'),
  command('contract sizes', 'node', 'contracts/scripts/sizes.ts'),
  command('lock file', 'npm', 'ci', '--dry-run', '--ignore-scripts', '--loglevel=error'),
]

/** @returns how many passed and failed. */
export async function check(screen: Screen): Promise<{ passed: number; failed: number }> {
  let failed = 0
  for (const { name, run } of checks) {
    try {
      await screen.step(name, run)
    } catch {
      failed++
    }
  }
  return { passed: checks.length - failed, failed }
}

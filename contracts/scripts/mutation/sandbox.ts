// A copy of contracts/ in a temporary folder, in which sources are broken and tests run. It takes over what forge has
// compiled, so that only what hangs on the broken file is compiled again.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../sources.ts'
import type { Mutant } from './mutants.ts'

/** Not npm's wrapper, which exits 0 whatever happened. */
const FORGE = join(ROOT, 'node_modules/@foundry-rs/forge-linux-amd64/bin/forge')

/** `reasons`: test → why it failed. */
type Run = { passed: number; reasons: Map<string, string> }

export type Sandbox = {
  /** Runs `work` with the mutant in place of the original. */
  broken: <Result>(mutant: Mutant, work: () => Promise<Result>) => Promise<Result>
  /** @throws when nothing could be run, as when the code does not compile. */
  test: (args: string[], env?: Record<string, string>) => Promise<Run>
  remove: () => void
}

/** Compiles everything in the checkout, as the sandboxes will. */
export async function compile(stop: AbortSignal): Promise<void> {
  const { code, stderr } = await run(ROOT, ['build'], {}, stop)
  if (code !== 0) throw new Error(`forge build failed: ${stderr}`)
}

/** @param stop ends what runs in it */
export function createSandbox(stop: AbortSignal): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'x4pn-mutation-'))
  cpSync(join(ROOT, 'foundry.toml'), join(folder, 'foundry.toml'))
  for (const part of ['src', 'test', 'solc.mjs']) {
    cpSync(join(ROOT, 'contracts', part), join(folder, 'contracts', part), {
      recursive: true,
      preserveTimestamps: true,
    })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  for (const part of ['out/mutation', 'cache/mutation']) {
    cpSync(join(ROOT, 'contracts', part), join(folder, 'contracts', part), { recursive: true })
  }

  return {
    async broken(mutant, work) {
      const file = join(folder, 'contracts/src', mutant.file)
      const text = readFileSync(file, 'utf8')
      if (text.split(mutant.from).length !== 2) {
        throw new Error(`${mutant.file} has not exactly one place to break for "${mutant.name}"`)
      }
      writeFileSync(
        file,
        text.replace(mutant.from, () => mutant.to),
      )
      try {
        return await work()
      } finally {
        writeFileSync(file, text)
      }
    },
    async test(args, env = {}) {
      const { stdout, stderr } = await run(folder, ['test', '--json', ...args], env, stop)
      return parse(stdout, stderr)
    },
    remove() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function run(
  cwd: string,
  args: string[],
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(FORGE, args, {
      cwd,
      env: { ...process.env, FOUNDRY_PROFILE: 'mutation', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

type Suites = Record<string, { test_results: Record<string, { status: string; reason: string | null }> }>

function parse(stdout: string, stderr: string): Run {
  const line = stdout.split('\n').find((text) => text.startsWith('{"contracts/'))
  if (line === undefined) throw new Error(`forge ran no tests: ${(stdout + stderr).slice(-1500)}`)
  const reasons = new Map<string, string>()
  let passed = 0
  for (const [suite, { test_results }] of Object.entries(JSON.parse(line) as Suites)) {
    for (const [test, { status, reason }] of Object.entries(test_results)) {
      if (status === 'Success') passed++
      else reasons.set(`${suite.split(':')[1]}.${test.replace(/\(.*/, '')}`, reason ?? '')
    }
  }
  return { passed, reasons }
}

// `npm run mutate -w gateway`: breaks the gateway in every way of mutants.ts, one at a time, in a copy, and runs the test
// that must notice. Fails when one does not, or when the test fails without any break. `-- --only <text>` takes the
// mutants whose pitfall, file or text contains it. Those whose test needs real hosts want root.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Mutant } from './mutant.ts'
import { mutants, pitfallTest } from './mutants.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const chosen = mutants.filter(({ pitfall, file, from }) => `${pitfall} ${file} ${from}`.includes(values.only))

const say = (text: string) => process.stdout.write(`${text}\n`)

const folder = mkdtempSync(join(tmpdir(), 'x4pn-mutation-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

copyCheckout()
const sound = new Map<string, boolean>()
let failed = 0
for (const mutant of chosen) {
  const fault = examine(mutant)
  if (fault) failed++
  const { pitfall, file, from } = mutant
  say(`${fault ? '✗' : '✓'} pitfall ${pitfall}  ${file}  ${from.slice(0, 60)}${fault ? `\n    ${fault}` : ''}`)
}
say(`${chosen.length - failed} of ${chosen.length} noticed`)
process.exit(failed === 0 ? 0 : 1)

/** What git knows, with packages and what was built beside it. */
function copyCheckout(): void {
  const files = execFileSync('git', ['ls-files', '-z', 'gateway', 'ops', 'contracts', 'dapp', '*.json', '*.ts'], {
    cwd: ROOT,
  })
  for (const file of new Set(files.toString().split('\0').filter(Boolean))) {
    cpSync(join(ROOT, file), join(folder, file), { recursive: true })
  }
  for (const built of ['node_modules', 'gateway/node_modules', 'ops/node_modules', 'contracts/out']) {
    if (existsSync(join(ROOT, built))) symlinkSync(join(ROOT, built), join(folder, built))
  }
}

/** @returns what is wrong; undefined when the break was noticed by the test of its pitfall. */
function examine(mutant: Mutant): string | undefined {
  const name = pitfallTest(mutant)
  const key = `${mutant.test} ${name}`
  if (!sound.has(key)) sound.set(key, passes(mutant.test, name))
  if (!sound.get(key)) return `${mutant.test} fails already without a break`
  const path = join(folder, mutant.file)
  const text = readFileSync(path, 'utf8')
  if (text.split(mutant.from).length !== 2) return 'it has no place, or several, in the file'
  writeFileSync(
    path,
    text.replace(mutant.from, () => mutant.to),
  )
  try {
    return passes(mutant.test, name) ? `${mutant.test} did not notice` : undefined
  } finally {
    writeFileSync(path, text)
  }
}

function passes(test: string, name: string): boolean {
  const report = join(folder, 'report.json')
  rmSync(report, { force: true })
  const reporter = ['--reporter=json', `--outputFile.json=${report}`]
  const { status } = spawnSync(join(ROOT, 'node_modules/.bin/vitest'), ['run', ...reporter, test, '-t', name], {
    cwd: folder,
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
    stdio: 'ignore',
  })
  if (status !== 0 || !existsSync(report)) return false
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>
  // A name that matches nothing is a pass of nothing.
  return (numPassedTests ?? 0) > 0 && numFailedTests === 0
}

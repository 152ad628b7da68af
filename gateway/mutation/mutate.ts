// `npm run mutate -w @x4pn/gateway`: breaks the gateway in every way of mutants.ts, one at a time, in a copy, and runs the
// test that must notice, by its name alone. Fails when one does not, or when the test fails without any break.
// `-- --only <text>` takes the mutants whose pitfall, file or text contains it. Those whose test needs real hosts want root.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
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
/** What a test without a break did, by file and name: run once for all mutants of it. */
const sound = new Map<string, Outcome>()
let noticed = 0
for (const mutant of chosen) {
  const started = performance.now()
  const fault = examine(mutant)
  if (!fault) noticed++
  const { pitfall, file, from } = mutant
  const seconds = ((performance.now() - started) / 1000).toFixed(0).padStart(3)
  const place = from.trim().split('\n')[0]?.slice(0, 60)
  say(`${fault ? '✗' : '✓'} ${seconds} s  pitfall ${pitfall}  ${file}  ${place}${fault ? `\n    ${fault}` : ''}`)
}
say(`${noticed} noticed, ${chosen.length - noticed} not`)
// Nothing chosen is nothing noticed.
process.exit(noticed > 0 && noticed === chosen.length ? 0 : 1)

/** What git knows, with packages and what was built beside it. */
function copyCheckout(): void {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, maxBuffer: 2 ** 26 })
  for (const file of files.toString().split('\0').filter(Boolean)) {
    if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(folder, file), { recursive: true })
  }
  linkPackages()
  for (const built of ['gateway/node_modules', 'ops/node_modules', 'contracts/out']) {
    if (existsSync(join(ROOT, built))) symlinkSync(join(ROOT, built), join(folder, built))
  }
}

/** Packages are the checkout's; our own are the copy's, or a test would see half of a break. */
function linkPackages(): void {
  const [from, to] = [join(ROOT, 'node_modules'), join(folder, 'node_modules')]
  mkdirSync(join(to, '@x4pn'), { recursive: true })
  for (const name of readdirSync(from)) if (name !== '@x4pn') symlinkSync(join(from, name), join(to, name))
  // These lead from their own place into the workspaces.
  for (const name of readdirSync(join(from, '@x4pn'))) {
    symlinkSync(readlinkSync(join(from, '@x4pn', name)), join(to, '@x4pn', name))
  }
}

/** @returns what is wrong; undefined when the break was noticed by the test of its pitfall. */
function examine(mutant: Mutant): string | undefined {
  const name = pitfallTest(mutant)
  const key = `${mutant.test} ${name}`
  const before = sound.get(key) ?? run(mutant.test, name)
  sound.set(key, before)
  if (before.passed === 0 || before.fault) {
    return `${mutant.test} fails already without a break: ${before.fault ?? 'no test has this name'}`
  }
  const path = join(folder, mutant.file)
  const text = readFileSync(path, 'utf8')
  if (text.split(mutant.from).length !== 2) return 'it has no place, or several, in the file'
  writeFileSync(
    path,
    text.replace(mutant.from, () => mutant.to),
  )
  try {
    const { failed, fault } = run(mutant.test, name)
    if (failed > 0) return undefined
    // Whatever else went wrong, no test said so.
    return fault ? `${mutant.test} did not get to its test: ${fault}` : `${mutant.test} did not notice`
  } finally {
    writeFileSync(path, text)
  }
}

type Outcome = { passed: number; failed: number; fault?: string | undefined }
type Report = {
  numPassedTests: number
  numFailedTests: number
  testResults: { message: string; assertionResults: { failureMessages: string[] }[] }[]
}

/** The tests of one name. To the end: a run that is cut off at a failure may lose the failure, and cleans up nothing. */
function run(test: string, name: string): Outcome {
  const report = join(folder, 'report.json')
  rmSync(report, { force: true })
  const reporter = ['--reporter=json', `--outputFile.json=${report}`]
  const args = ['run', ...reporter, test, '-t', name]
  const { status, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/vitest'), args, {
    cwd: folder,
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  if (!existsSync(report))
    return { passed: 0, failed: 0, fault: stderr.slice(0, 2_000) || `vitest ended with ${status}` }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  const messages = testResults.flatMap(({ message, assertionResults }) => [
    message,
    ...assertionResults.flatMap(({ failureMessages }) => failureMessages),
  ])
  const fault = messages.find((message) => message !== '') ?? `vitest ended with ${status}`
  return { passed: numPassedTests, failed: numFailedTests, fault: status === 0 ? undefined : fault }
}

// Runs `gnd test` on Postgres servers of its own: the one that gnd would start itself does not work as root.
// Arguments name test files: `npm test -w subgraph -- tests/lifecycle.json`; without any, all run.
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './ports.ts'
import { startPostgres } from './postgres.ts'
import { startProcessGroup } from './process-group.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())

const files = process.argv.length > 2 ? process.argv.slice(2) : await allTests()
const folder = await mkdtemp(join(tmpdir(), 'x4pn-subgraph-test-'))
try {
  // Postgres runs as another user than root and must be able to pass through.
  await chmod(folder, 0o711)
  if ((await gnd(['build'])) !== 0) throw new Error('the subgraph does not build')
  const failures: string[] = []
  for (const file of files) {
    if ((await runTest(file)) !== 0) failures.push(file)
  }
  if (failures.length > 0) print(`failed: ${failures.join(', ')}`)
  print(`${files.length - failures.length} passed, ${failures.length} failed`)
  process.exitCode = failures.length === 0 ? 0 : 1
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** On a server of its own: gnd keeps the database of a test that failed, and every later test would fail on it. */
async function runTest(file: string): Promise<number> {
  const messages: string[] = []
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
    log: (line) => messages.push(line),
  }).catch((error: unknown) => {
    print(messages.join('\n'))
    throw error
  })
  try {
    return await gnd(['test', '--skip-build', `--postgres-url=${postgres.url}`, file])
  } finally {
    await postgres.stop()
  }
}

/** Its exit code. An interruption ends it, and with it this script. */
async function gnd(args: string[]): Promise<number> {
  interrupted.signal.throwIfAborted()
  const group = await startProcessGroup({ command: 'gnd', args, log: print })
  const end = () => void group.stop()
  interrupted.signal.addEventListener('abort', end)
  const { code } = await group.exited
  await group.stop()
  interrupted.signal.removeEventListener('abort', end)
  interrupted.signal.throwIfAborted()
  return code ?? 1
}

async function allTests(): Promise<string[]> {
  return (await readdir('tests')).filter((name) => name.endsWith('.json')).map((name) => join('tests', name))
}

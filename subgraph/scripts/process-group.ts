// Runs a command in a process group of its own, so that the command and everything it started can be ended together.
// Whatever way this process ends, the command does not outlive it (setpriv is part of util-linux).
import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

export type ProcessGroupOptions = {
  command: string
  args: readonly string[]
  cwd?: string
  /** Added to this process's environment. */
  env?: Record<string, string>
  /** Run as this user; needs root. */
  user?: { uid: number; gid: number }
  /** Gets every line of stdout and stderr. */
  log: (line: string) => void
  /** The polite signal, sent first. */
  stopSignal?: NodeJS.Signals
  /** After this long, SIGKILL. */
  graceMs?: number
}

export type ProcessGroup = {
  pid: number
  /** How the command ended; never rejects. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Ends the whole group and resolves when nothing of it is left. May be called again. */
  stop: () => Promise<void>
}

const POLL_MS = 20
const KILL_TIMEOUT_MS = 5_000

export async function startProcessGroup(options: ProcessGroupOptions): Promise<ProcessGroup> {
  const { command, args, cwd, env, user, log, stopSignal = 'SIGTERM', graceMs = 3_000 } = options
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
    cwd,
    env: { ...process.env, ...env },
    ...user,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => reject(new Error(`${command} could not be started: ${cause.message}`, { cause })))
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${command} was started without a process id`)
  forwardLines(child.stdout, log)
  forwardLines(child.stderr, log)

  const exited: ProcessGroup['exited'] = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })

  // The death signal reaches the command alone; where this process can still act, it ends the whole group.
  const killOnExit = () => signalGroup(pid, 'SIGKILL')
  process.once('exit', killOnExit)

  const end = async () => {
    signalGroup(pid, stopSignal)
    if (!(await isGoneWithin(pid, graceMs))) {
      signalGroup(pid, 'SIGKILL')
      if (!(await isGoneWithin(pid, KILL_TIMEOUT_MS)))
        throw new Error(`process group ${pid} (${command}) survived SIGKILL`)
    }
    process.off('exit', killOnExit)
  }
  let ended: Promise<void> | undefined
  return {
    pid,
    exited,
    stop: () => {
      ended ??= end()
      return ended
    },
  }
}

async function isGoneWithin(pid: number, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds
  while (signalGroup(pid, 0)) {
    if (Date.now() > deadline) return false
    await sleep(POLL_MS)
  }
  return true
}

/** False when no process of the group is left. Signal 0 only asks. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}

function forwardLines(stream: Readable, log: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) log(line)
  })
  stream.on('end', () => {
    if (rest !== '') log(rest)
  })
}

// Runs the tunnel's programs through a small process that stays. Node starts a program by forking itself: that copies
// the page tables of all its memory, 5 ms at 200 MB, and then each page that is written to. A gateway that reads its
// counters some times a second would lose a fifth of its time by it.
import { type ChildProcess, fork } from 'node:child_process'

/** As the small process gets it; `patience` in milliseconds. */
type Job = { id: number; program: string; args: readonly string[]; input: string; patience: number }
type Answer = { id: number; stdout: string } | { id: number; error: string }
type Waiting = { done: (stdout: string) => void; failed: (why: string) => void }

/** Milliseconds that a program may take. */
const PATIENCE = 10_000
/** Milliseconds beyond that, after which the small process itself counts as stuck. */
const MORE_PATIENCE = 2_000
/** Little memory instead of speed: what it does is waiting. */
const FLAGS = ['--jitless', '--single-threaded', '--max-semi-space-size=1']

export class Launcher {
  readonly #patience: number
  #process: SmallProcess | undefined
  #lastId = 0

  constructor(patience = PATIENCE) {
    this.#patience = patience
  }

  /** The small process's id, while there is one. */
  get pid(): number | undefined {
    return this.#process?.child.pid
  }

  /** @returns what the program prints. Rejects with what it says on standard error when it fails. No shell reads `args`. */
  run(program: string, args: readonly string[], input = ''): Promise<string> {
    this.#process ??= start((ended) => {
      if (this.#process === ended) this.#process = undefined
    })
    const { child, waiting, end } = this.#process
    const id = ++this.#lastId
    return new Promise<string>((resolve, reject) => {
      const stuck = setTimeout(() => end('the process that starts programs is stuck'), this.#patience + MORE_PATIENCE)
      const over = () => {
        clearTimeout(stuck)
        waiting.delete(id)
        if (waiting.size === 0) hold(child, false)
      }
      const done = (stdout: string) => {
        over()
        resolve(stdout)
      }
      const failed = (why: string) => {
        over()
        reject(new Error(`${[program, ...args.slice(0, 2)].join(' ')}: ${why}`))
      }
      if (waiting.size === 0) hold(child, true)
      waiting.set(id, { done, failed })
      const job: Job = { id, program, args, input, patience: this.#patience }
      child.send(job, (error) => error && waiting.get(id)?.failed(error.message))
    })
  }
}

type SmallProcess = { child: ChildProcess; waiting: Map<number, Waiting>; end: (why: string) => void }

/** @param ended Called when it can be used no more. */
function start(ended: (process: SmallProcess) => void): SmallProcess {
  // In a process group of its own: Ctrl-C in a terminal reaches the gateway, which still needs it to clean up.
  const child = fork(new URL('./launcher-process.mjs', import.meta.url), {
    detached: true,
    execArgv: FLAGS,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, Waiting>()
  /** Its programs go with it: what is reported as failed must not happen later. */
  const end = (why: string) => {
    ended(started)
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // All of them have ended.
    }
    for (const { failed } of [...waiting.values()]) failed(why)
  }
  const started = { child, waiting, end }
  child.on('message', (answer: Answer) => {
    const job = waiting.get(answer.id)
    if ('stdout' in answer) job?.done(answer.stdout)
    else job?.failed(answer.error)
  })
  child.on('error', (error) => end(error.message))
  child.on('exit', () => end('the process that starts programs has ended'))
  return started
}

/** One for the whole gateway. */
export const launcher = new Launcher()

/** Whether this process stays for the small one: only while a program runs. */
function hold(child: ChildProcess, held: boolean): void {
  const change = held ? 'ref' : 'unref'
  child[change]()
  child.channel?.[change]()
}

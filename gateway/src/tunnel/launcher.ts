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
/** Little memory instead of speed: what it does is waiting. */
const FLAGS = ['--jitless', '--single-threaded', '--max-semi-space-size=1']

export class Launcher {
  readonly #patience: number
  readonly #waiting = new Map<number, Waiting>()
  #child: ChildProcess | undefined
  #lastId = 0

  constructor(patience = PATIENCE) {
    this.#patience = patience
  }

  /** The small process's id, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** @returns what the program prints. Rejects with what it says on standard error when it fails. No shell reads `args`. */
  run(program: string, args: readonly string[], input = ''): Promise<string> {
    this.#child ??= this.#start()
    const child = this.#child
    const id = ++this.#lastId
    return new Promise<string>((resolve, reject) => {
      const over = () => {
        this.#waiting.delete(id)
        if (this.#waiting.size === 0) hold(child, false)
      }
      const done = (stdout: string) => {
        over()
        resolve(stdout)
      }
      const failed = (why: string) => {
        over()
        reject(new Error(`${[program, ...args.slice(0, 2)].join(' ')}: ${why}`))
      }
      if (this.#waiting.size === 0) hold(child, true)
      this.#waiting.set(id, { done, failed })
      const job: Job = { id, program, args, input, patience: this.#patience }
      child.send(job, (error) => error && this.#waiting.get(id)?.failed(error.message))
    })
  }

  #start(): ChildProcess {
    // In a process group of its own: Ctrl-C in a terminal reaches the gateway, which still needs it to clean up.
    const child = fork(new URL('./launcher-process.mjs', import.meta.url), {
      detached: true,
      execArgv: FLAGS,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    child.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id)
      if ('stdout' in answer) waiting?.done(answer.stdout)
      else waiting?.failed(answer.error)
    })
    const ended = (why: string) => {
      if (this.#child === child) this.#child = undefined
      for (const { failed } of [...this.#waiting.values()]) failed(why)
    }
    child.once('error', (error) => ended(error.message))
    child.once('exit', () => ended('the process that starts programs has ended'))
    return child
  }
}

/** One for the whole gateway. */
export const launcher = new Launcher()

/** Whether this process stays for the small one: only while a program runs. */
function hold(child: ChildProcess, held: boolean): void {
  const change = held ? 'ref' : 'unref'
  child[change]()
  child.channel?.[change]()
}

// Runs commands by a small shell that stays. Node starts a program by forking itself, which copies the page tables of
// all its memory: 5 ms at 200 MB in which it does nothing else, and the meter starts programs some times a second.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'

/** Milliseconds. */
const PATIENCE = 10_000

type Answer = { stdout: string; stderr: string; exitCode: number }

/** One command at a time; what comes meanwhile waits. */
export class Shell {
  readonly #patience: number
  #child: ChildProcessWithoutNullStreams | undefined
  #queue: Promise<unknown> = Promise.resolve()

  /** @param patience Milliseconds that a command may take. */
  constructor(patience = PATIENCE) {
    this.#patience = patience
  }

  /** @returns what it prints. Rejects with what it says on standard error when it fails. */
  run(command: string, args: readonly string[], input = ''): Promise<string> {
    const result = this.#queue.then(() => this.#run([command, ...args], input))
    this.#queue = result.catch(() => {})
    return result
  }

  async #run(words: readonly string[], input: string): Promise<string> {
    this.#child ??= this.#start()
    const child = this.#child
    // Neither in what a command prints nor in what it is given: nobody knows it before.
    const mark = randomBytes(16).toString('hex')
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const stop = collect(child, mark, resolve)
    const failed = (error: Error) => {
      this.#child = undefined
      reject(error)
    }
    const ended = () => failed(new Error(`${words[0]}: the shell that runs it has ended`))
    const late = () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      failed(new Error(`${words[0]} has not ended within ${this.#patience} ms`))
    }
    const timer = setTimeout(late, this.#patience)
    child.once('error', failed).once('exit', ended)
    hold(child, true)
    try {
      child.stdin.write(scriptOf(words, input, mark))
      const { stdout, stderr, exitCode } = await promise
      if (exitCode !== 0) throw new Error(`${words.join(' ')}: ${stderr.trim() || `exit code ${exitCode}`}`)
      return stdout
    } finally {
      clearTimeout(timer)
      stop()
      child.off('error', failed).off('exit', ended)
      hold(child, false)
    }
  }

  #start(): ChildProcessWithoutNullStreams {
    // In a process group of its own: Ctrl-C in a terminal reaches the gateway, which still needs it to clean up. It
    // ends with the gateway, by the end of its input.
    const child = spawn('sh', ['-s'], { detached: true, stdio: 'pipe' })
    child.stdout.setEncoding('utf8')
    child.stderr.setEncoding('utf8')
    // Whoever runs a command is told by 'error' and 'exit'.
    child.stdin.on('error', () => {})
    child.on('error', () => {})
    return child
  }
}

/** The command with its input, and after it the mark on both of its outputs, with the exit code on the first. */
function scriptOf(words: readonly string[], input: string, mark: string): string {
  const command = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  const end = input === '' || input.endsWith('\n') ? '' : '\n'
  return `${command} <<'${mark}'\n${input}${end}${mark}\necho "${mark} $?"; echo ${mark} >&2\n`
}

/** Calls `done` when both outputs have come to the mark. @returns what ends the listening. */
function collect({ stdout, stderr }: ChildProcessWithoutNullStreams, mark: string, done: (answer: Answer) => void) {
  let printed = ''
  let complained = ''
  const look = () => {
    if (!printed.endsWith('\n') || !complained.endsWith(`${mark}\n`)) return
    const at = printed.lastIndexOf(`${mark} `)
    if (at === -1) return
    const exitCode = Number(printed.slice(at + mark.length))
    done({ stdout: printed.slice(0, at), stderr: complained.slice(0, -mark.length - 1), exitCode })
  }
  const print = (text: string) => {
    printed += text
    look()
  }
  const complain = (text: string) => {
    complained += text
    look()
  }
  stdout.on('data', print)
  stderr.on('data', complain)
  return () => {
    stdout.off('data', print)
    stderr.off('data', complain)
  }
}

/** Whether this process stays for it: only while a command runs. */
function hold(child: ChildProcessWithoutNullStreams, held: boolean): void {
  const change = held ? 'ref' : 'unref'
  child[change]()
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as Socket)[change]()
}

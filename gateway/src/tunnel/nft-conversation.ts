// One nft that stays and is told one thing after another (`nft -i`). Starting a program costs tens of times what a short
// list or change costs the kernel, and a gateway reads its counters some times a second.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** Milliseconds that an answer may take. */
const PATIENCE = 10_000
/** Milliseconds until it is clear that nft does not converse. */
const FIRST_PATIENCE = 2_000
/** Milliseconds after it in which an answer is still read that came while this process stood still. */
const GRACE = 100
/** nft prints one line, and asks the kernel nothing: there ends what an answer says on standard output. */
const END = 'describe ip saddr'
/** No command. nft says so in three lines, of which the second repeats it: there ends what it says on standard error. */
const NO_COMMAND = 'end'

type Question = {
  printed: string[]
  errors: string[]
  /** Of standard output and standard error. */
  ends: number
  done: (printed: string) => void
  failed: (why: string) => void
}

export class NftConversation {
  readonly #process: ChildProcessWithoutNullStreams
  /** Whose end has not come on standard output, and on standard error. */
  readonly #unprinted: Question[] = []
  readonly #unjudged: Question[] = []
  /** What nft prints at an end, as it did so first. */
  #end: string | undefined
  /** The line that comes is the last one about `NO_COMMAND`. */
  #skips = false
  #said = 0
  #over: string | undefined

  private constructor([program, ...args]: Command) {
    // nft writes down what it was told, in the home that it has.
    const env = { ...process.env, HOME: '/dev/null' }
    // In a process group of its own: Ctrl-C in a terminal reaches the gateway, which still needs it to clean up.
    this.#process = spawn(program, args, { detached: true, env })
    // First of all: where no file descriptors are left it has no streams, and an error that nobody hears ends the gateway.
    this.#process.on('error', ({ message }) => this.end(message))
    if (this.#process.stderr === undefined) throw new Error(`${program} cannot be started`)
    createInterface(this.#process.stdout).on('line', (line) => this.#hear(line))
    createInterface(this.#process.stderr).on('line', (line) => this.#hearError(line))
    // Said to one that has ended: its exit tells.
    this.#process.stdin.on('error', () => {})
    // Not `exit`: the last answers may still be on their way.
    this.#process.on('close', () => this.end('nft has ended'))
    this.#hold(false)
  }

  /**
   * @param command Another one, in a test.
   * @returns undefined where nft cannot be talked to so: built without it, or with a library that repeats each line.
   */
  static async start(
    command: Command = ['nft', '-j', '-i'],
    patience = FIRST_PATIENCE,
  ): Promise<NftConversation | undefined> {
    let conversation: NftConversation | undefined
    try {
      conversation = new NftConversation(command)
      conversation.#process.stdin.write(`${END}\n`)
      if ((await conversation.say('', patience)) === '') return conversation
    } catch {
      // It cannot be started, has ended, or says nothing.
    }
    conversation?.end('nft does not converse')
    return undefined
  }

  get isOver(): boolean {
    return this.#over !== undefined
  }

  /** How often something was said: nft keeps all of it. */
  get said(): number {
    return this.#said
  }

  /**
   * @param line Done as a whole or not at all.
   * @returns what nft prints. Rejects with what it says of an error, or when no answer comes: then it is over.
   */
  say(line: string, patience = PATIENCE): Promise<string> {
    this.#said++
    return new Promise((resolve, reject) => {
      if (this.#over !== undefined) return reject(new Error(this.#over))
      const giveUp = () => this.end(`nft has not answered within ${patience} ms`)
      let late = setTimeout(() => {
        late = setTimeout(giveUp, GRACE)
      }, patience)
      const over = () => {
        clearTimeout(late)
        this.#hold(this.#unjudged.length + this.#unprinted.length > 0)
      }
      const done = (printed: string) => {
        over()
        resolve(printed)
      }
      const failed = (why: string) => {
        over()
        reject(new Error(why))
      }
      const question: Question = { printed: [], errors: [], ends: 0, done, failed }
      this.#unprinted.push(question)
      this.#unjudged.push(question)
      this.#hold(true)
      this.#process.stdin.write(`${line}\n${END}\n${NO_COMMAND}\n`)
    })
  }

  /** It ends when all that was said is done. */
  close(): void {
    this.#process.stdin.end()
  }

  /** Ends it at once: what was said and not answered is reported as failed, and must not happen later. */
  end(why = 'the conversation is over'): void {
    if (this.#over !== undefined) return
    this.#over = why
    this.#process.kill('SIGKILL')
    const unanswered = new Set([...this.#unprinted.splice(0), ...this.#unjudged.splice(0)])
    for (const { failed } of unanswered) failed(why)
  }

  #hear(line: string): void {
    const [question] = this.#unprinted
    if (this.#end === undefined) {
      this.#end = line
    } else if (line !== this.#end) {
      question?.printed.push(line)
    } else {
      this.#unprinted.shift()
      answer(question)
    }
  }

  #hearError(line: string): void {
    const [question] = this.#unjudged
    if (this.#skips) {
      this.#skips = false
    } else if (line !== NO_COMMAND) {
      question?.errors.push(line)
    } else {
      question?.errors.pop()
      this.#skips = true
      this.#unjudged.shift()
      answer(question)
    }
  }

  /** Whether the gateway's process stays for it: only while it is to answer. */
  #hold(held: boolean): void {
    const change = held ? 'ref' : 'unref'
    const { stdin, stdout, stderr } = this.#process
    for (const part of [this.#process, stdin as Socket, stdout as Socket, stderr as Socket]) part[change]()
  }
}

type Command = readonly [program: string, ...args: string[]]

/** With the second of its ends. */
function answer(question: Question | undefined): void {
  if (!question || ++question.ends < 2) return
  if (question.errors.length > 0) question.failed(`nft: ${question.errors.join('\n')}`)
  else question.done(question.printed.join('\n'))
}

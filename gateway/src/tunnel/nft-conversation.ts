// One nft that stays and is told one thing after another (`nft -i`). Starting a program costs tens of times what a short
// list or change costs the kernel, and a gateway reads its counters some times a second.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** Milliseconds that an answer may take. */
const PATIENCE = 10_000
/** Where its answer is, that of what was said before ends: nft prints one line, and asks the kernel nothing. */
const END = 'describe ip saddr'

type Question = { lines: string[]; done: (lines: string[]) => void; failed: (why: string) => void }

export class NftConversation {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #patience: number
  readonly #questions: Question[] = []
  /** What nft prints at an end, as it did so first. */
  #end: string | undefined
  #said = 0
  #over: string | undefined

  private constructor(command: string, patience: number) {
    this.#patience = patience
    // One pipe for both: an error stands where it happened. nft writes down what it was told, in the home that it has.
    // In a process group of its own: Ctrl-C in a terminal reaches the gateway, which still needs it to clean up.
    const env = { ...process.env, HOME: '/dev/null' }
    this.#process = spawn('sh', ['-c', `exec ${command} 2>&1`], { detached: true, env })
    createInterface(this.#process.stdout).on('line', (line) => this.#hear(line))
    // Said to one that has ended: its exit tells.
    this.#process.stdin.on('error', () => {})
    this.#process.on('error', ({ message }) => this.end(message))
    // Not `exit`: the last answers may still be on their way.
    this.#process.on('close', () => this.end('nft has ended'))
    this.#hold(false)
  }

  /**
   * @param command Another one, in a test.
   * @returns undefined where nft cannot be talked to so: built without it, or with a library that repeats each line.
   */
  static async start(command = 'nft -j -i', patience = PATIENCE): Promise<NftConversation | undefined> {
    const conversation = new NftConversation(command, patience)
    try {
      conversation.#process.stdin.write(`${END}\n`)
      if ((await conversation.say('')).length === 0) return conversation
    } catch {
      // It has ended, or says nothing.
    }
    conversation.end('nft does not converse')
    return undefined
  }

  get isOver(): boolean {
    return this.#over !== undefined
  }

  /** How often something was said. */
  get said(): number {
    return this.#said
  }

  /** @param line Done as a whole or not at all. @returns what nft prints, errors too. Rejects when that does not come. */
  say(line: string): Promise<string[]> {
    this.#said++
    return new Promise((resolve, reject) => {
      if (this.#over !== undefined) return reject(new Error(this.#over))
      const late = setTimeout(() => this.end(`nft has not answered within ${this.#patience} ms`), this.#patience)
      const over = () => {
        clearTimeout(late)
        this.#hold(this.#questions.length > 0)
      }
      const done = (lines: string[]) => {
        over()
        resolve(lines)
      }
      const failed = (why: string) => {
        over()
        reject(new Error(why))
      }
      this.#questions.push({ lines: [], done, failed })
      this.#hold(true)
      this.#process.stdin.write(`${line}\n${END}\n`)
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
    for (const { failed } of this.#questions.splice(0)) failed(why)
  }

  #hear(line: string): void {
    if (this.#end === undefined) {
      this.#end = line
    } else if (line === this.#end) {
      const question = this.#questions.shift()
      question?.done(question.lines)
    } else {
      this.#questions[0]?.lines.push(line)
    }
  }

  /** Whether the gateway's process stays for it: only while it is to answer. */
  #hold(held: boolean): void {
    const change = held ? 'ref' : 'unref'
    const { stdin, stdout } = this.#process
    for (const part of [this.#process, stdin as Socket, stdout as Socket]) part[change]()
  }
}

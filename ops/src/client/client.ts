// Drives the client process from outside: commands go in over its channel, answers come back.
import { resolve } from 'node:path'
import { startProcess } from '../local/process.ts'
import type { Answer, ClientSettings, CommandName, Commands, Question } from './protocol.ts'

const MAIN = resolve(import.meta.dirname, 'main.ts')

export type Client = {
  ask: <Name extends CommandName>(name: Name, ...args: Commands[Name]['args']) => Promise<Commands[Name]['answer']>
  stop: () => Promise<void>
}

export type ClientOptions = {
  settings: ClientSettings
  namespace?: string | undefined
  name?: string
  /** Of the process, beside this one's own. */
  env?: Record<string, string>
  log: (line: string) => void
}

/** A command that failed in the client; `code` is the engine's or the gateway's. */
class ClientError extends Error {
  override name = 'ClientError'
  readonly code: string | undefined

  constructor(command: string, message: string, code: string | undefined) {
    super(`${command}: ${message}`)
    this.code = code
  }
}

/** The client's process is gone; asking again is of no use. */
export class ClientEnded extends ClientError {
  override name = 'ClientEnded'

  constructor(command: string) {
    super(command, 'the client ended', undefined)
  }
}

/** A process that runs the client, and the way to talk to it. */
export type ClientProcess = {
  send: (question: Question, failed: (error: Error) => void) => void
  onAnswer: (take: (answer: Answer) => void) => void
  ended: Promise<void>
  stop: () => Promise<void>
}

export function startClient({ settings, namespace, name = 'client', env = {}, log }: ClientOptions): Client {
  const args = [MAIN, JSON.stringify(settings)]
  const { child, ended, stop } = startProcess({ name, command: 'node', args, namespace, ipc: true, env, log })
  return drive({
    send: (question, failed) => child.send(question, (error) => error && failed(error)),
    onAnswer: (take) => child.on('message', take),
    ended,
    stop: () => stop(),
  })
}

export function drive({ send, onAnswer, ended, stop }: ClientProcess): Client {
  const waiting = new Map<number, { name: string; done: (value: never) => void; failed: (error: Error) => void }>()
  let next = 1
  onAnswer((answer) => {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (!asked) return
    if ('error' in answer) asked.failed(new ClientError(asked.name, answer.error, answer.code))
    else asked.done(answer.value as never)
  })
  void ended.then(() => {
    for (const { name: command, failed } of waiting.values()) failed(new ClientEnded(command))
    waiting.clear()
  })
  return {
    ask: (command, ...commandArgs) =>
      new Promise((done, failed) => {
        const id = next++
        waiting.set(id, { name: command, done, failed })
        send({ id, name: command, args: commandArgs }, (error) =>
          failed(new ClientError(command, error.message, undefined)),
        )
      }),
    stop,
  }
}

// Whether keys signed. Of a crowd of receipts most go to a thread of their own: verifying is a third of the work of a
// receipt that comes alone in its request, and meanwhile this thread reads and answers the others.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { curve } from './curve.ts'

/** As `Curve` says. */
export type Verifier = {
  verify: (hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array) => boolean | Promise<boolean>
}

/** Bytes of a hash, a signature and a public key: so they stand one after the other in what the thread gets. */
const [HASH, SIGNATURE, PUBLIC_KEY] = [32, 64, 65]
const JOB = HASH + SIGNATURE + PUBLIC_KEY
/** So many are no crowd: they take less time than a message there and back. */
const FEW = 2
/** Enough for a message to cost little beside the work; few enough for their answers to go out while others are verified. */
const GROUP = 8
/** Messages: while one is worked on, the next is there. */
const AHEAD = 2
/** When more than so many wait, the thread is behind, and some are verified here. */
const BACKLOG = 16
/** Megabytes: it holds one message at a time. */
const MEMORY = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 8 }

/** A second core, and the library's own binary. */
const HAS_THREADS = availableParallelism() > 1 && curve.name === 'native'

type Job = { hash: Uint8Array; signature: Uint8Array; publicKey: Uint8Array; done: (valid: boolean) => void }
type StartThread = () => Worker
type Thread = { worker: Worker; sent: Job[][] }

export class CrowdVerifier implements Verifier {
  readonly #lost: (error: Error) => void
  #waiting: Job[] = []
  #thread: Thread | undefined
  #turnIsComing = false
  #start: StartThread | undefined

  /**
   * @param lost Called when the thread fails: from then on everything is verified without it.
   * @param start Undefined: there is never a thread.
   */
  constructor(lost: (error: Error) => void, start = HAS_THREADS ? startThread : undefined) {
    this.#lost = lost
    this.#start = start
  }

  verify(hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean | Promise<boolean> {
    if (!this.#start) return curve.verify(hash, signature, publicKey)
    return new Promise((done) => {
      this.#waiting.push({ hash, signature, publicKey, done })
      if (this.#waiting.length >= GROUP) this.#feed()
      this.#turnLater()
    })
  }

  async stop(): Promise<void> {
    await this.#end()?.terminate()
  }

  /** Without the thread from now on. */
  #end(): Worker | undefined {
    const { worker, sent } = this.#thread ?? { sent: [] }
    this.#start = undefined
    this.#thread = undefined
    verifyHere([...sent.flat(), ...this.#waiting.splice(0)])
    return worker
  }

  /** When every request that has arrived is read: whether it is a crowd is known then. */
  #turnLater(): void {
    if (this.#turnIsComing) return
    this.#turnIsComing = true
    setImmediate(() => {
      this.#turnIsComing = false
      this.#turn()
    })
  }

  #turn(): void {
    const isCrowd = this.#waiting.length > FEW || this.#thread?.sent.length
    if (this.#start && isCrowd) this.#feed()
    else verifyHere(this.#waiting.splice(0))
    if (this.#waiting.length > BACKLOG) {
      verifyHere(this.#waiting.splice(0, FEW))
      this.#turnLater()
    }
  }

  #feed(): void {
    if (!this.#start) return
    try {
      this.#thread ??= this.#listen(this.#start())
    } catch (error) {
      // There is no memory for it.
      this.#fail(error as Error)
      return
    }
    const { worker, sent } = this.#thread
    while (this.#waiting.length > 0 && sent.length < AHEAD) {
      const jobs = this.#waiting.splice(0, GROUP)
      sent.push(jobs)
      worker.postMessage(packed(jobs))
    }
  }

  #listen(worker: Worker): Thread {
    // Who waits for an answer has a request open, which keeps the process.
    worker.unref()
    const sent: Job[][] = []
    worker.on('message', (valid: Uint8Array) => {
      for (const [index, { done }] of (sent.shift() ?? []).entries()) done(valid[index] === 1)
      this.#feed()
    })
    const failed = (error: Error) => this.#thread?.worker === worker && this.#fail(error)
    worker.on('error', failed)
    worker.on('exit', (code) => failed(new Error(`the thread ended with ${code}`)))
    return { worker, sent }
  }

  #fail(error: Error): void {
    this.#end()
    this.#lost(error)
  }
}

/** With neither this process's flags nor its environment, in which the node's key may be. */
const startThread: StartThread = () =>
  new Worker(new URL('./verifier-thread.mjs', import.meta.url), { execArgv: [], env: {}, resourceLimits: MEMORY })

function packed(jobs: readonly Job[]): Uint8Array {
  const message = new Uint8Array(jobs.length * JOB)
  for (const [index, { hash, signature, publicKey }] of jobs.entries()) {
    message.set(hash, index * JOB)
    message.set(signature, index * JOB + HASH)
    message.set(publicKey, index * JOB + HASH + SIGNATURE)
  }
  return message
}

function verifyHere(jobs: readonly Job[]): void {
  for (const { hash, signature, publicKey, done } of jobs) done(curve.verify(hash, signature, publicKey))
}

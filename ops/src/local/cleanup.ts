// What was started is ended, in reverse order, whatever happens: at the end, at a failure, on Ctrl-C.

import { rm } from 'node:fs/promises'

export class Cleanup {
  readonly #steps: { name: string; undo: () => Promise<void> | void }[] = []
  /** Folders that something still being started may write to until it notices. */
  readonly #folders: string[] = []
  readonly #log: (line: string) => void
  #closed = false
  #running: Promise<void> = Promise.resolve()
  readonly #stopping = new AbortController()

  constructor(log: (line: string) => void) {
    this.#log = log
  }

  /** Aborted when everything is being ended: for whoever waits long. */
  get signal(): AbortSignal {
    return this.#stopping.signal
  }

  /**
   * Called right after the thing exists; `undo` must bear that it is gone already. Once everything is being ended a
   * newcomer is ended too, and this throws, so that whoever is still starting things stops.
   */
  add(name: string, undo: () => Promise<void> | void): void {
    this.#steps.push({ name, undo })
    if (!this.#closed) return
    void this.run()
    throw new Error('everything is being stopped')
  }

  /** Deleted after everything else, each time. */
  addFolder(path: string): void {
    this.#folders.push(path)
  }

  /** May be called again: then it also ends what came since. */
  run(): Promise<void> {
    this.#closed = true
    this.#stopping.abort(new Error('everything is being stopped'))
    this.#running = this.#running.then(() => this.#undoAll())
    return this.#running
  }

  async #undoAll(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step.undo()
        this.#log(`stopped ${step.name}`)
      } catch (error) {
        this.#log(`could not stop ${step.name}: ${error}`)
      }
    }
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

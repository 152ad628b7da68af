// What was started is ended, in reverse order, whatever happens: at the end, at a failure, on Ctrl-C.

export class Cleanup {
  readonly #steps: { name: string; undo: () => Promise<void> | void }[] = []
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
  }
}

// What was started is ended, in reverse order, whatever happens: at the end, at a failure, on Ctrl-C.

export class Cleanup {
  readonly #steps: { name: string; undo: () => Promise<void> | void }[] = []
  readonly #log: (line: string) => void
  #running: Promise<void> | undefined

  constructor(log: (line: string) => void) {
    this.#log = log
  }

  /** Registered before or right after the thing exists; `undo` must bear that it does not. */
  add(name: string, undo: () => Promise<void> | void): void {
    this.#steps.push({ name, undo })
  }

  /** Safe to call twice: the second call waits for the first. */
  run(): Promise<void> {
    this.#running ??= this.#undoAll()
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

// Changes that come while one is on its way, or at about the same time, go together, and each stands or fails for itself.

type Waiting<Item> = { item: Item; done: () => void; failed: (error: unknown) => void }

/** A command line of the kernel's holds some thousand of them; a batch that fails is cheaper to take apart. */
const AT_ONCE = 128
/** Milliseconds that the first one waits for others: alone it would keep a crowd waiting for as long as all together. */
const GATHER = 1

export class Batch<Item> {
  /** Does all of them, or none and rejects. */
  readonly #work: (items: readonly Item[]) => Promise<void>
  #waiting: Waiting<Item>[] = []
  #running = false

  constructor(work: (items: readonly Item[]) => Promise<void>) {
    this.#work = work
  }

  add(item: Item): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ item, done, failed })
      if (!this.#running) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running = true
    await new Promise((next) => setTimeout(next, GATHER))
    while (this.#waiting.length > 0) await this.#together(this.#waiting.splice(0, AT_ONCE))
    this.#running = false
  }

  async #together(batch: readonly Waiting<Item>[]): Promise<void> {
    try {
      await this.#work(batch.map(({ item }) => item))
      for (const { done } of batch) done()
    } catch (error) {
      const [only] = batch
      if (batch.length === 1) return only?.failed(error)
      // By halves down to the one that fails.
      const half = batch.length / 2
      await this.#together(batch.slice(0, half))
      await this.#together(batch.slice(half))
    }
  }
}

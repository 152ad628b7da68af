// Work on many items with a fixed number of them under way at once, and one after the other.
import { type Measured, measured } from './figure.ts'

export async function atOnce<Item>(
  concurrency: number,
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<Measured> {
  const samples: number[] = []
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) {
      const started = performance.now()
      await work(item)
      samples.push(performance.now() - started)
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: concurrency }, worker))
  return measured(samples, performance.now() - started)
}

export const inTurn = (times: number, work: () => Promise<unknown>): Promise<Measured> =>
  atOnce(1, Array.from({ length: times }), work)

// What two set-ups measured in turn have to do with each other.

/** The same figure of two rounds, one right after the other. */
export type Pair = { paying: number; bare: number }

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low, high] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}

/** The machine's own ups and downs are longer than a pair, so they divide out. */
export const ratioOf = (pairs: readonly Pair[]): number => median(pairs.map(({ paying, bare }) => paying / bare))

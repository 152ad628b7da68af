// What two set-ups measured in turn have to do with each other.

/** The same figure of two windows, one right after the other. */
export type Pair = { paying: number; bare: number }

/** Of a normal distribution's middle 95 %, in standard deviations. */
const NORMAL_95 = 1.96

export const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length

/**
 * The mean ratio (geometric, so that neither side weighs more), and between what the true one lies in 95 of 100 runs. The
 * machine's ups and downs that are longer than a pair divide out.
 */
export function ratioOf(pairs: readonly Pair[]): { ratio: number; low: number; high: number } {
  const logs = pairs.map(({ paying, bare }) => Math.log(paying / bare))
  const middle = mean(logs)
  const variance = logs.reduce((sum, each) => sum + (each - middle) ** 2, 0) / (logs.length - 1)
  const error = NORMAL_95 * Math.sqrt(variance / logs.length)
  return { ratio: Math.exp(middle), low: Math.exp(middle - error), high: Math.exp(middle + error) }
}

// What a benchmark finds: each figure beside its reference of the same run, and the ratio that is wanted of the two.

export type Figure = {
  name: string
  value: number
  unit: string
  p50?: number
  p99?: number
  /** The same machine, the same run. */
  reference: { name: string; value: number; p50?: number; p99?: number }
  /** At least, or at most, this many times the reference. */
  target: { atLeast: number } | { atMost: number }
}

export const ratioOf = ({ value, reference }: Figure): number => value / reference.value

export function holds(figure: Figure): boolean {
  const ratio = ratioOf(figure)
  return 'atLeast' in figure.target ? ratio >= figure.target.atLeast : ratio <= figure.target.atMost
}

/** A value that half, or 99 of a hundred, do not exceed. */
function percentile(samples: readonly number[], part: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
}

/** Times of single items, milliseconds, and what all of them took together. */
export type Measured = { samples: readonly number[]; took: number }

export const measured = (samples: readonly number[], took: number): Measured => ({ samples, took })

/** Several rounds as one. */
export function all(rounds: readonly Measured[]): { perSecond: number; p50: number; p99: number } {
  const samples = rounds.flatMap((round) => round.samples)
  const took = rounds.reduce((sum, round) => sum + round.took, 0)
  return {
    perSecond: (samples.length / took) * 1000,
    p50: percentile(samples, 0.5),
    p99: percentile(samples, 0.99),
  }
}

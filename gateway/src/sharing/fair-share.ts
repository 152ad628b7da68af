// How much each session may have of what all share: who wants less than an even part leaves the rest to the others.

/** A session that uses this much of its share would take more if it could. */
const HUNGRY = 0.7

/**
 * The share that every session may have, bytes a second. Sessions above their share get exactly it, and with it what all
 * carry adds up to `total`; where nobody is held back, it leaves room for whoever comes next.
 * @param rates What sessions carried lately, bytes a second.
 * @param share What each was allowed meanwhile.
 */
export function fairShare(rates: readonly number[], total: number, share: number): number {
  const wanted = rates.map((rate) => (rate > share * HUNGRY ? Number.POSITIVE_INFINITY : rate)).sort((a, b) => a - b)
  let left = total
  let sessions = wanted.length
  for (const rate of wanted) {
    const even = left / sessions
    if (rate > even) return even
    left -= rate
    sessions--
  }
  return left + (wanted.at(-1) ?? 0)
}

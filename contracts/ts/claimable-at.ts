// What a receipt claims at a moment, before it is clamped to the deposit. The contract computes the same.

export type Claim = {
  /** Token base units. */
  cumulative: bigint
  /** 10^-18 tokens a second; 0 for pay as you go. */
  rate: bigint
  /** Unix seconds of a pass; 0 for pay as you go. */
  start: number
  until: number
}

/**
 * claimable(t) = cumulative + floor(rate × max(0, min(t, until, stoppedAt or ∞) − start) / 10^(18 − decimals))
 *
 * @param at Unix second.
 * @param stoppedAt Unix second at which the stream was stopped, 0 while it is open.
 * @param decimals The token's.
 * @returns Token base units.
 */
export function claimableAt(claim: Claim, at: number, stoppedAt: number, decimals: number): bigint {
  if (claim.rate === 0n) return claim.cumulative
  const end = Math.min(at, claim.until, stoppedAt === 0 ? Number.POSITIVE_INFINITY : stoppedAt)
  const seconds = BigInt(Math.max(0, end - claim.start))
  return claim.cumulative + (claim.rate * seconds) / 10n ** BigInt(18 - decimals)
}

// What bytes and time cost and what money buys. Both sides of the tunnel compute with these.

const GIB = 2n ** 30n

/** Cost of `bytes` at `pricePerGiB` (token base units for 2^30 bytes), rounded up. */
export function costOfBytes(bytes: bigint, pricePerGiB: bigint): bigint {
  return (bytes * pricePerGiB + GIB - 1n) / GIB
}

/** The most bytes that cost no more than `amount`. A free node serves without limit: 2^63 − 1. */
export function bytesForAmount(amount: bigint, pricePerGiB: bigint): bigint {
  if (amount < 0n) return 0n
  return pricePerGiB === 0n ? 2n ** 63n - 1n : (amount * GIB) / pricePerGiB
}

/**
 * Least rate of a pass, 10^-18 tokens a second, rounded up.
 * @param pricePerHour Token base units. @param decimals The token's.
 */
export function rateOfPass(pricePerHour: bigint, decimals: number): bigint {
  return (pricePerHour * 10n ** BigInt(18 - decimals) + 3599n) / 3600n
}

/** Cost of `seconds` at `rate` (10^-18 tokens a second) in token base units, rounded up. */
export function costOfTime(seconds: bigint, rate: bigint, decimals: number): bigint {
  const unit = 10n ** BigInt(18 - decimals)
  return (seconds * rate + unit - 1n) / unit
}

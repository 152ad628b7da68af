// What bytes cost and what money buys. Both sides of the tunnel compute with these two.

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

// How fast bytes flow, from counts that arrive now and then.

/** Events closer together than this say more about the network's jitter than about the rate. */
const LEAST_MS = 250

/** Takes a count and returns the rate over the last interval. A count that falls (a new journal) starts over. */
export function createRateMeter(): (bytes: bigint, atMs: number) => bigint {
  let since: { bytes: bigint; at: number } | undefined
  let bytesPerSecond = 0n
  return (bytes, at) => {
    if (!since || bytes < since.bytes) {
      since = { bytes, at }
      bytesPerSecond = 0n
      return 0n
    }
    const elapsed = Math.floor(at - since.at)
    if (elapsed >= LEAST_MS) {
      bytesPerSecond = ((bytes - since.bytes) * 1000n) / BigInt(elapsed)
      since = { bytes, at }
    }
    return bytesPerSecond
  }
}

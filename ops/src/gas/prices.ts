// What gas costs in dollars, on assumptions: round figures chosen on the date below and not looked up anywhere, good
// for orders of magnitude. Change them here when they are far off.

export const ASSUMED_ON = '2026-11-22'

export const networks = {
  /** Polygon PoS: POL. */
  polygon: { gasPriceGwei: 30, nativeUsd: 0.25 },
  /** BNB Smart Chain: BNB. */
  bsc: { gasPriceGwei: 0.1, nativeUsd: 900 },
} as const

export type Network = keyof typeof networks

const GWEI_PER_NATIVE = 1e9

export function usdOf(gas: number, network: Network): number {
  const { gasPriceGwei, nativeUsd } = networks[network]
  return (gas * gasPriceGwei * nativeUsd) / GWEI_PER_NATIVE
}

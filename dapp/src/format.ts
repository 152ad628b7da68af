// Numbers as people read them. Money stays a bigint until here.
import { formatUnits, parseUnits } from 'viem'

/** @param decimals of the token. At least two, at most six digits behind the point: exact for USDC. */
export function money(units: bigint, decimals: number): string {
  const [whole = '0', fraction = ''] = formatUnits(units, decimals).split('.')
  const kept = fraction.slice(0, 6).replace(/0+$/, '')
  return `${whole}.${kept.padEnd(2, '0')}`
}

/** Undefined: not an amount. */
export function parseMoney(text: string, decimals: number): bigint | undefined {
  const trimmed = text.trim().replace(',', '.')
  if (!/^\d{1,9}(\.\d+)?$/.test(trimmed) || (trimmed.split('.')[1] ?? '').length > decimals) return undefined
  return parseUnits(trimmed, decimals)
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

export function bytes(count: bigint): string {
  let value = Number(count)
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(value >= 10 ? 1 : 2)} ${UNITS[unit]}`
}

/** Megabits a second, split so that the unit can be set smaller. */
export function rate(bytesPerSecond: number): { value: string; unit: string } {
  const bits = bytesPerSecond * 8
  if (bits >= 1e6) return { value: (bits / 1e6).toFixed(bits >= 1e7 ? 0 : 1), unit: 'Mbit/s' }
  return { value: Math.round(bits / 1e3).toString(), unit: 'kbit/s' }
}

/** 0x1234…abcd */
export function short(hex: string): string {
  return `${hex.slice(0, 6)}…${hex.slice(-4)}`
}

/** @param seconds Unix */
export function when(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

const regions = new Intl.DisplayNames(['en'], { type: 'region' })

/** The country's English name; undefined for what the operator did not say. */
export function country(code: string | undefined): string | undefined {
  try {
    return code === undefined ? undefined : regions.of(code)
  } catch {
    return undefined
  }
}

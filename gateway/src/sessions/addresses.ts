// A client's two addresses. Both follow from the stream's id, so that they are mostly the same after any loss.
import { type Hash, hexToBigInt, slice } from 'viem'

export type Pool4 = { base: bigint; size: bigint; gateway: string; prefix: number }

/** Parses `10.64.0.0/10`. The pool's first host is the gateway's own. */
export function parsePool4(cidr: string): Pool4 {
  const [address = '', bits = ''] = cidr.split('/')
  const prefix = Number(bits)
  const base = address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
  const size = 1n << BigInt(32 - prefix)
  if (prefix < 8 || prefix > 30 || base % size !== 0n) throw new RangeError(`${cidr} is not a usable IPv4 pool`)
  return { base, size, gateway: formatIpv4(base + 1n), prefix }
}

/** The first free address from the stream's own place on. Undefined: the pool is full. */
export function pickAddress4(stream: Hash, pool: Pool4, taken: (address: string) => boolean): string | undefined {
  // Not the network's address, not the gateway's, not the broadcast address.
  const hosts = pool.size - 3n
  const start = hexToBigInt(slice(stream, 24, 32)) % hosts
  for (let step = 0n; step < hosts; step++) {
    const address = formatIpv4(pool.base + 2n + ((start + step) % hosts))
    if (!taken(address)) return address
  }
  return undefined
}

/** `fd58:3450:4e00::/64` to its four groups. */
export function parsePool6(cidr: string): string {
  const groups = cidr.replace('::/64', '').split(':')
  while (groups.length < 4) groups.push('0')
  return groups.join(':')
}

/** 64 bits of the pool, 64 bits of the stream's id. */
export function address6Of(stream: Hash, pool6: string): string {
  const hex = stream.slice(2, 18)
  return `${pool6}:${[0, 4, 8, 12].map((at) => hex.slice(at, at + 4)).join(':')}`
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
}

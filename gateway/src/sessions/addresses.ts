// A client's two addresses. The first follows from the stream's id, so that it is mostly the same after any loss, and both
// end in the same 32 bits, by which the firewall counts (tunnel/ruleset.ts).
import { isIPv4, isIPv6 } from 'node:net'
import { type Hash, hexToBigInt, slice } from 'viem'

export type Pool4 = { base: bigint; size: bigint; gateway: string; prefix: number }

/** Parses `10.64.0.0/10`. The pool's first host is the gateway's own. */
export function parsePool4(cidr: string): Pool4 {
  const [address = '', bits = ''] = cidr.split('/')
  const prefix = Number(bits)
  const unusable = () => new RangeError(`${cidr} is not an IPv4 network of 8 to 29 bits, like 10.64.0.0/10`)
  if (!isIPv4(address) || !(prefix >= 8 && prefix <= 29)) throw unusable()
  const base = parseIpv4(address)
  const size = 1n << BigInt(32 - prefix)
  if (base % size !== 0n) throw unusable()
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

/** Whether a client may have this address. */
export function isInPool4(address: string, { base, size }: Pool4): boolean {
  const value = isIPv4(address) ? parseIpv4(address) : 0n
  return value >= base + 2n && value < base + size - 1n
}

/** `fd58:3450:4e00::/64` to its four groups. */
export function parsePool6(cidr: string): string {
  const groups = cidr.replace(/::\/64$/, '').split(':')
  if (!isIPv6(cidr.replace(/\/64$/, '')) || !cidr.endsWith('::/64') || groups.length > 4 || groups.includes('')) {
    throw new RangeError(`${cidr} is not an IPv6 network of 64 bits, like fd58:3450:4e00::/64`)
  }
  while (groups.length < 4) groups.push('0')
  return groups.join(':')
}

/** 64 bits of the pool, and the IPv4 address in the last 32. */
export function address6Of(address4: string, pool6: string): string {
  const number = parseIpv4(address4)
  return `${pool6}:0:0:${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`
}

export function parseIpv4(address: string): bigint {
  return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
}

// Addresses: in the pool, nobody else's, and the same again after any loss.
import { isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { address6Of, isInPool4, parsePool4, parsePool6, pickAddress4 } from './addresses.ts'

const stream = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}` as const)
const pool = fc.constantFrom('10.64.0.0/10', '172.16.0.0/12', '192.168.7.0/24', '203.0.113.8/29').map(parsePool4)

test('in the pool, unique while there is room, and then none', () => {
  fc.assert(
    fc.property(fc.uniqueArray(stream, { minLength: 1, maxLength: 12 }), (streams) => {
      const small = parsePool4('203.0.113.8/29')
      const taken = new Set<string>()
      const picked = streams.map((one) => {
        const address = pickAddress4(one, small, (candidate) => taken.has(candidate))
        if (address) taken.add(address)
        return address
      })
      const given = picked.filter((address) => address !== undefined)
      // Eight addresses less the network's, the gateway's and the broadcast address.
      expect(given).toHaveLength(Math.min(streams.length, 5))
      expect(new Set(given).size).toBe(given.length)
      for (const address of given) expect(isInPool4(address, small)).toBe(true)
    }),
  )
})

test('the same for the same stream', () => {
  fc.assert(
    fc.property(stream, pool, (one, network) => {
      const address = pickAddress4(one, network, () => false)
      expect(pickAddress4(one, network, () => false)).toBe(address)
      expect(isInPool4(address ?? '', network)).toBe(true)
      expect(address).not.toBe(network.gateway)
    }),
  )
})

test('IPv6: 64 bits of the pool, and the IPv4 address in the last 32', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.constantFrom('fd58:3450:4e00::/64', 'fd00::/64', '2001:db8:1:2::/64'), (one, cidr) => {
      const address = address6Of(one, parsePool6(cidr))
      expect(isIPv6(address)).toBe(true)
      const groups = address.split(':').map((group) => Number.parseInt(group, 16))
      expect(groups.slice(0, 4).map((group) => group.toString(16))).toEqual(parsePool6(cidr).split(':'))
      const bytes = groups.slice(4).flatMap((group) => [group >> 8, group & 255])
      expect(bytes).toEqual([0, 0, 0, 0, ...one.split('.').map(Number)])
    }),
  )
})

describe('what is not in the pool', () => {
  const small = parsePool4('203.0.113.8/29')
  test.each(['203.0.113.8', '203.0.113.9', '203.0.113.15', '203.0.113.16', '10.0.0.1', '', 'x'])('%s', (address) => {
    expect(isInPool4(address, small)).toBe(false)
  })
})

describe('pools that are refused by name', () => {
  test.each(['10.64.0.0', '10.64.0.0/7', '10.64.0.0/30', '10.64.0.1/10', '10.64.0.256/10', '10.64/10', 'x/10'])(
    '%s',
    (cidr) => {
      expect(() => parsePool4(cidr)).toThrow(cidr)
    },
  )
  test.each(['fd00::/63', 'fd00::1/64', 'fd00:1:2:3:4::/64', 'fd00:xyz::/64', '::/64', 'fd00:1:2:3::'])(
    '%s',
    (cidr) => {
      expect(() => parsePool6(cidr)).toThrow(cidr)
    },
  )
})

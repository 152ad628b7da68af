import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytes, country, money, parseMoney, rate, short } from './format.ts'

test('money has two to six digits behind the point, and is never rounded up', () => {
  expect(money(0n, 6)).toBe('0.00')
  expect(money(2_000_000n, 6)).toBe('2.00')
  expect(money(1_988_323n, 6)).toBe('1.988323')
  expect(money(10n ** 18n + 1n, 18)).toBe('1.00')
})

test('what is written is read back, for six decimals', () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), (units) => parseMoney(money(units, 6), 6) === units))
})

test.each([
  ['2', 2_000_000n],
  [' 0,5 ', 500_000n],
  ['0.000001', 1n],
  ['0.0000001', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['', undefined],
  ['.5', undefined],
  ['1'.repeat(40), undefined],
])('%s is read as %s', (text, units) => {
  expect(parseMoney(text, 6)).toBe(units)
})

test('bytes, rates, addresses, countries', () => {
  expect(bytes(0n)).toBe('0 B')
  expect(bytes(1023n)).toBe('1023 B')
  expect(bytes(16n * 2n ** 20n)).toBe('16.0 MiB')
  expect(bytes(3n * 2n ** 39n)).toBe('1.50 TiB')
  expect(rate(25_000_000)).toEqual({ value: '200', unit: 'Mbit/s' })
  expect(rate(1_000)).toEqual({ value: '8', unit: 'kbit/s' })
  expect(short('0x1234567890abcdef')).toBe('0x1234…cdef')
  expect(country('DE')).toBe('Germany')
  expect(country(undefined)).toBeUndefined()
  expect(country('nonsense')).toBeUndefined()
})

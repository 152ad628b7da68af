// Packing and unpacking are inverse, and every item has its size.
import fc from 'fast-check'
import { size } from 'viem'
import { describe, expect, test } from 'vitest'
import {
  packReleaseItems,
  packSettleItems,
  RELEASE_ITEM_BYTES,
  SETTLE_ITEM_BYTES,
  type SettleItem,
  unpackSettleItems,
} from './pack.ts'
import { address, bytes, claim } from './testing/arbitraries.ts'

const settleItem = (): fc.Arbitrary<SettleItem> =>
  fc
    .record({ user: address(), claim: claim(), signature: bytes(64) })
    .map(({ user, claim, signature }) => ({ user, ...claim, signature }))

describe('settle items', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(settleItem(), { maxLength: 5 }), (items) => {
        const packed = packSettleItems(items)
        expect(size(packed)).toBe(items.length * SETTLE_ITEM_BYTES)
        expect(unpackSettleItems(packed)).toEqual(items)
      }),
    )
  })

  test('of another length are refused', () => {
    expect(() => unpackSettleItems('0x00')).toThrow('not a multiple of 114')
  })

  test('with a signature of 65 bytes are refused', () => {
    const item = { user: `0x${'11'.repeat(20)}`, cumulative: 1n, rate: 0n, start: 0, until: 0 } as const
    expect(() => packSettleItems([{ ...item, signature: `0x${'22'.repeat(65)}` }])).toThrow('64 bytes')
  })

  test('with a value that does not fit are refused', () => {
    const item = {
      user: `0x${'11'.repeat(20)}`,
      rate: 0n,
      start: 0,
      until: 0,
      signature: `0x${'22'.repeat(64)}`,
    } as const
    expect(() => packSettleItems([{ ...item, cumulative: 2n ** 96n }])).toThrow()
  })
})

test('release items have their size with and without a receipt', () => {
  fc.assert(
    fc.property(settleItem(), address(), ({ user, ...receipt }, sessionKey) => {
      const packed = packReleaseItems([
        { user, sessionKey },
        { user, sessionKey, receipt },
      ])
      expect(size(packed)).toBe(2 * RELEASE_ITEM_BYTES)
    }),
  )
})

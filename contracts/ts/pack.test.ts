// Packing and unpacking are inverse, and every item has its size.
import fc from 'fast-check'
import { size } from 'viem'
import { describe, expect, test } from 'vitest'
import {
  packReleaseItems,
  packSettleItems,
  RELEASE_ITEM_BYTES,
  type ReleaseItem,
  SETTLE_ITEM_BYTES,
  type SettleItem,
  unpackReleaseItems,
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

describe('release items', () => {
  const releaseItem = (): fc.Arbitrary<ReleaseItem> =>
    fc
      .record({ sessionKey: address(), item: settleItem(), used: fc.boolean() })
      .map(({ sessionKey, item: { user, ...receipt }, used }) =>
        // With cumulative and rate 0 nothing was used.
        used && (receipt.cumulative > 0n || receipt.rate > 0n) ? { user, sessionKey, receipt } : { user, sessionKey },
      )

  test('come back as they were, with and without a receipt', () => {
    fc.assert(
      fc.property(fc.array(releaseItem(), { maxLength: 5 }), (items) => {
        const packed = packReleaseItems(items)
        expect(size(packed)).toBe(items.length * RELEASE_ITEM_BYTES)
        expect(unpackReleaseItems(packed)).toEqual(items)
      }),
    )
  })

  test('of another length are refused', () => {
    expect(() => unpackReleaseItems(`0x${'00'.repeat(135)}`)).toThrow('not a multiple of 134')
  })
})

// The packed items of `settle` (114 bytes) and `release` (134 bytes).
import { type Address, concatHex, getAddress, type Hex, hexToBigInt, hexToNumber, numberToHex, size, slice } from 'viem'
import type { SignedReceipt } from './receipt.ts'

/** user 20 | cumulative 12 | rate 8 | start 5 | until 5 | signature 64 */
export const SETTLE_ITEM_BYTES = 114
/** user 20 | sessionKey 20 | cumulative 12 | rate 8 | start 5 | until 5 | signature 64 */
export const RELEASE_ITEM_BYTES = 134

const NO_SIGNATURE = `0x${'00'.repeat(64)}` as const

/** An item of `settle`; the node is the call's argument. */
export type SettleItem = Omit<SignedReceipt, 'node'>
/** An item of `release`; without a receipt nothing was used and everything is refunded. */
export type ReleaseItem = { user: Address; sessionKey: Address; receipt?: Omit<SettleItem, 'user'> }

export function packSettleItems(items: readonly SettleItem[]): Hex {
  return concatHex(items.map((item) => concatHex([item.user, packClaim(item)])))
}

export function packReleaseItems(items: readonly ReleaseItem[]): Hex {
  return concatHex(
    items.map(({ user, sessionKey, receipt }) => {
      const claim = receipt ?? { cumulative: 0n, rate: 0n, start: 0, until: 0, signature: NO_SIGNATURE }
      return concatHex([user, sessionKey, packClaim(claim)])
    }),
  )
}

export function unpackSettleItems(packed: Hex): SettleItem[] {
  return splitItems(packed, SETTLE_ITEM_BYTES).map((item) => ({
    user: getAddress(slice(item, 0, 20)),
    ...unpackClaim(slice(item, 20)),
  }))
}

/** An item that claims nothing comes back without a receipt, whatever its other bytes are: the contract reads none. */
export function unpackReleaseItems(packed: Hex): ReleaseItem[] {
  return splitItems(packed, RELEASE_ITEM_BYTES).map((item) => {
    const receipt = unpackClaim(slice(item, 40))
    return {
      user: getAddress(slice(item, 0, 20)),
      sessionKey: getAddress(slice(item, 20, 40)),
      ...(receipt.cumulative === 0n && receipt.rate === 0n ? {} : { receipt }),
    }
  })
}

function splitItems(packed: Hex, itemBytes: number): Hex[] {
  const length = size(packed)
  if (length % itemBytes !== 0) {
    throw new RangeError(`packed items are ${length} bytes, not a multiple of ${itemBytes}`)
  }
  return Array.from({ length: length / itemBytes }, (_, index) =>
    slice(packed, index * itemBytes, (index + 1) * itemBytes),
  )
}

/** The 94 bytes that both kinds of items end with. */
function unpackClaim(packed: Hex): Omit<SettleItem, 'user'> {
  return {
    cumulative: hexToBigInt(slice(packed, 0, 12)),
    rate: hexToBigInt(slice(packed, 12, 20)),
    start: hexToNumber(slice(packed, 20, 25)),
    until: hexToNumber(slice(packed, 25, 30)),
    signature: slice(packed, 30, 94),
  }
}

function packClaim(claim: Omit<SettleItem, 'user'>): Hex {
  if (size(claim.signature) !== 64) {
    throw new RangeError(`a receipt's signature has 64 bytes (EIP-2098), not ${size(claim.signature)}`)
  }
  return concatHex([
    numberToHex(claim.cumulative, { size: 12 }),
    numberToHex(claim.rate, { size: 8 }),
    numberToHex(claim.start, { size: 5 }),
    numberToHex(claim.until, { size: 5 }),
    claim.signature,
  ])
}

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
  const length = size(packed)
  if (length % SETTLE_ITEM_BYTES !== 0) {
    throw new RangeError(`packed items are ${length} bytes, not a multiple of ${SETTLE_ITEM_BYTES}`)
  }
  const items: SettleItem[] = []
  for (let at = 0; at < length; at += SETTLE_ITEM_BYTES) {
    items.push({
      user: getAddress(slice(packed, at, at + 20)),
      cumulative: hexToBigInt(slice(packed, at + 20, at + 32)),
      rate: hexToBigInt(slice(packed, at + 32, at + 40)),
      start: hexToNumber(slice(packed, at + 40, at + 45)),
      until: hexToNumber(slice(packed, at + 45, at + 50)),
      signature: slice(packed, at + 50, at + 114),
    })
  }
  return items
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

// Any keys and receipts, for tests of properties; and a receipt's other signature.
import type { Receipt } from '@x4pn/contracts'
import fc from 'fast-check'
import { concatHex, getAddress, type Hex, slice, toHex } from 'viem'

/** Of the curve secp256k1. */
export const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
export const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((raw) => toHex(raw))
export const address = bytes(20).map((raw) => getAddress(raw))
export const uint = (bits: bigint) => fc.bigInt({ min: 0n, max: 2n ** bits - 1n })
export const uint40 = fc.nat({ max: 2 ** 40 - 1 })
export const privateKey = fc.bigInt({ min: 1n, max: ORDER - 1n }).map((key) => toHex(key, { size: 32 }))
export const receipt: fc.Arbitrary<Receipt> = fc.record({
  user: address,
  node: address,
  cumulative: uint(96n),
  rate: uint(64n),
  start: uint40,
  until: uint40,
})

/** The other signature of the same message by the same key, which the contract refuses. */
export function highS(signature: Hex): Hex {
  const s = BigInt(slice(signature, 32)) & (2n ** 255n - 1n)
  return concatHex([slice(signature, 0, 32), toHex(ORDER - s, { size: 32 })])
}

// fast-check's view of the protocol's values, for this package's tests.
import fc from 'fast-check'
import { getAddress, type Hex } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'

const hexOf = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`

export const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n })
export const uint40 = () => fc.integer({ min: 0, max: 2 ** 40 - 1 })
export const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size }).map(hexOf)
export const address = () => bytes(20).map((hex) => getAddress(hex))
/** A key below the order of the curve, and not zero. */
export const account = (): fc.Arbitrary<PrivateKeyAccount> =>
  bytes(31).map((hex) => privateKeyToAccount(`0x00${hex.slice(2, -2)}01`))
export const claim = () => fc.record({ cumulative: uint(96), rate: uint(64), start: uint40(), until: uint40() })

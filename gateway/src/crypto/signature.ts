// Signatures as they travel: the compact form of EIP-2098, which the contract takes, and the 65 bytes of wallets.
import type { Address, Hex } from 'viem'
import { type Curve, curve } from './curve.ts'
import { keccak256 } from './keccak.ts'

/** Half the order of secp256k1, rounded down: the contract takes no higher s. */
const HALF_ORDER = Buffer.from('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0', 'hex')

/**
 * The address that signed, 20 bytes; undefined when the contract would find none. Recovered also where the key is
 * known: to verify does not read the parity, and a receipt with a wrong one is worth nothing on chain.
 */
export function recoverCompact(hash: Uint8Array, signature: Hex, on: Curve = curve): Uint8Array | undefined {
  const bytes = Buffer.from(signature.slice(2), 'hex')
  if (bytes.length !== 64 || signature.length !== 130) return undefined
  const top = bytes[32] ?? 0
  bytes[32] = top & 0x7f
  if (bytes.compare(HALF_ORDER, 0, 32, 32, 64) > 0) return undefined
  return addressOf(on.recover(hash, bytes, top > 0x7f ? 1 : 0))
}

/** The address that signed with 65 bytes (r, s, and 0, 1, 27 or 28), in lower case. */
export function recoverLong(hash: Uint8Array, signature: Hex): Address | undefined {
  const bytes = Buffer.from(signature.slice(2), 'hex')
  const last = bytes[64] ?? -1
  const parity = last >= 27 ? last - 27 : last
  if (bytes.length !== 65 || signature.length !== 132 || (parity !== 0 && parity !== 1)) return undefined
  const address = addressOf(curve.recover(hash, bytes.subarray(0, 64), parity))
  return address && toHex(address)
}

/** What a wallet signs for a text (EIP-191). */
export function messageDigest(text: string): Uint8Array {
  const bytes = Buffer.from(text)
  return keccak256(Buffer.concat([Buffer.from(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes]))
}

/** 65 bytes: r, s, and 27 or 28. */
export function signLong(hash: Uint8Array, key: Uint8Array, on: Curve = curve): Hex {
  const { signature, parity } = on.sign(hash, key)
  return `${toHex(signature)}${parity === 0 ? '1b' : '1c'}`
}

export function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`
}

function addressOf(publicKey: Uint8Array | undefined): Uint8Array | undefined {
  return publicKey && keccak256(publicKey.subarray(1)).subarray(12)
}

// Signatures as they travel: the compact form of EIP-2098, which the contract takes, and the 65 bytes of wallets.
import type { Address, Hex } from 'viem'
import { type Curve, curve } from './curve.ts'
import { keccak256 } from './keccak.ts'
import type { Verifier } from './verifier.ts'

/** Half the order of secp256k1, rounded down: the contract takes no higher s. */
const HALF_ORDER = Buffer.from('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0', 'hex')

/** Bytes: an r below the field's size less the curve's order, 129 bits, begins with as many zeros. */
const LOW_R_ZEROS = 15

/** The public key that signed, 65 bytes; undefined when the contract would find none. */
export function recoverCompact(hash: Uint8Array, signature: Hex, on: Curve = curve): Uint8Array | undefined {
  const parts = parseCompact(signature)
  return parts && on.recover(hash, parts.bytes, parts.parity)
}

/**
 * Whether this key signed. The parity may still be the wrong one, for which the contract would find another signer:
 * `withTrueParity` mends it.
 */
export async function verifyCompact(
  hash: Uint8Array,
  signature: Hex,
  publicKey: Uint8Array,
  verifier: Verifier,
): Promise<boolean> {
  const parts = parseCompact(signature)
  if (!parts) return false
  // A low r stands for two more points, whose signatures verify and are found by neither parity: who makes a key for one
  // could be served for a receipt that no contract takes. An honest signer comes upon one in 2^120 signatures.
  if (parts.bytes.subarray(0, LOW_R_ZEROS).every((byte) => byte === 0)) return false
  return verifier.verify(hash, parts.bytes, publicKey)
}

/** The same signature with the parity by which `signer` is found. Throws where it is not the signer's. */
export function withTrueParity(hash: Uint8Array, signature: Hex, signer: Address, on: Curve = curve): Hex {
  const flipped = Buffer.from(signature.slice(2), 'hex')
  flipped[32] = (flipped[32] ?? 0) ^ 0x80
  for (const candidate of [signature, toHex(flipped)]) {
    const publicKey = recoverCompact(hash, candidate, on)
    if (publicKey && toHex(addressOf(publicKey)) === signer.toLowerCase()) return candidate
  }
  throw new Error(`a signature that is not of ${signer}: ${signature}`)
}

/** r and s, and the parity of the nonce's point; undefined for a high s and for what is no 64 bytes. */
function parseCompact(signature: Hex): { bytes: Uint8Array; parity: 0 | 1 } | undefined {
  const bytes = Buffer.from(signature.slice(2), 'hex')
  if (bytes.length !== 64 || signature.length !== 130) return undefined
  const top = bytes[32] ?? 0
  bytes[32] = top & 0x7f
  if (bytes.compare(HALF_ORDER, 0, 32, 32, 64) > 0) return undefined
  return { bytes, parity: top > 0x7f ? 1 : 0 }
}

/** The address that signed with 65 bytes (r, s, and 0, 1, 27 or 28), in lower case. */
export function recoverLong(hash: Uint8Array, signature: Hex): Address | undefined {
  const bytes = Buffer.from(signature.slice(2), 'hex')
  const last = bytes[64] ?? -1
  const parity = last >= 27 ? last - 27 : last
  if (bytes.length !== 65 || signature.length !== 132 || (parity !== 0 && parity !== 1)) return undefined
  const publicKey = curve.recover(hash, bytes.subarray(0, 64), parity)
  return publicKey && toHex(addressOf(publicKey))
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

/** 20 bytes. @param publicKey 65 bytes. */
export function addressOf(publicKey: Uint8Array): Uint8Array {
  return keccak256(publicKey.subarray(1)).subarray(12)
}

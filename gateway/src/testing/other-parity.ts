import type { Hex } from 'viem'

/** The receipt with the other parity, by which the contract finds another signer: the highest bit of s (EIP-2098). */
export function withOtherParity<R extends { signature: Hex }>(receipt: R): R {
  const signature = Buffer.from(receipt.signature.slice(2), 'hex')
  signature[32] = (signature[32] ?? 0) ^ 0x80
  return { ...receipt, signature: `0x${signature.toString('hex')}` }
}

// Receipts: hashing, signing, recovering the session key.
import {
  type Address,
  compactSignatureToSignature,
  type Hash,
  type Hex,
  hashTypedData,
  hexToBigInt,
  type LocalAccount,
  parseCompactSignature,
  parseSignature,
  recoverAddress,
  serializeCompactSignature,
  serializeSignature,
  signatureToCompactSignature,
} from 'viem'
import type { Claim } from './claimable-at.ts'
import { type CompactSignature, type DomainContext, sessionsDomain, sessionsTypes } from './typed-data.ts'

/** A signed, cumulative claim on a stream. The best claim counts. */
export type Receipt = Claim & { user: Address; node: Address }
export type SignedReceipt = Receipt & { signature: CompactSignature }

export function hashReceipt(context: DomainContext, receipt: Receipt): Hash {
  const { user, node, cumulative, rate, start, until } = receipt
  return hashTypedData({
    domain: sessionsDomain(context),
    types: sessionsTypes,
    primaryType: 'Receipt',
    message: { user, node, cumulative, rate, start, until },
  })
}

/** Signs with the session key. The signature is in the compact form, the only one the contract takes. */
export async function signReceipt(
  sessionAccount: Pick<LocalAccount, 'sign'> & { sign: NonNullable<LocalAccount['sign']> },
  context: DomainContext,
  receipt: Receipt,
): Promise<SignedReceipt> {
  const signature = await sessionAccount.sign({ hash: hashReceipt(context, receipt) })
  return { ...receipt, signature: toCompact(signature) }
}

/** Half the order of secp256k1, rounded down: the contract takes no higher s. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/** The session key that signed. Throws on a signature that the contract would not take either. */
export async function recoverSessionKey(context: DomainContext, receipt: SignedReceipt): Promise<Address> {
  const signature = compactSignatureToSignature(parseCompactSignature(receipt.signature))
  if (hexToBigInt(signature.s) > HALF_ORDER) throw new RangeError('the signature has a high s')
  return recoverAddress({ hash: hashReceipt(context, receipt), signature: serializeSignature(signature) })
}

/** 65 bytes to the 64 of EIP-2098. */
export function toCompact(signature: Hex): CompactSignature {
  return serializeCompactSignature(signatureToCompactSignature(parseSignature(signature)))
}

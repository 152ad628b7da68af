// Which stream a receipt is of: the one of the key that signed it, found without looking at any session.
import { type SignedReceipt, sessionsDomain, sessionsTypes } from '@x4pn/contracts'
import type { Hash } from 'viem'
import type { Config } from '../config.ts'
import { streamOf } from '../crypto/addresses.ts'
import { recoverCompact } from '../crypto/signature.ts'
import { structDigest } from '../crypto/struct-digest.ts'

type Context = Pick<Config, 'chainId' | 'sessions'>
type Digest = (receipt: SignedReceipt) => Uint8Array

/** The domain is hashed once for each configuration. */
const digests = new WeakMap<Context, Digest>()

/** Undefined when the signature is not one that the contract would take too: then there is no money in it. */
export function streamOfReceipt(context: Context, receipt: SignedReceipt): Hash | undefined {
  const sessionKey = signerOf(context, receipt)
  return sessionKey && streamOf(receipt.user, receipt.node, sessionKey)
}

function signerOf(context: Context, receipt: SignedReceipt): Uint8Array | undefined {
  try {
    return recoverCompact(digestFor(context)(receipt), receipt.signature)
  } catch (error) {
    // A number that the contract's types cannot hold.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function digestFor(context: Context): Digest {
  const known = digests.get(context)
  if (known) return known
  const domain = sessionsDomain({ chainId: context.chainId, contract: context.sessions })
  const digest: Digest = structDigest(domain, sessionsTypes, 'Receipt')
  digests.set(context, digest)
  return digest
}

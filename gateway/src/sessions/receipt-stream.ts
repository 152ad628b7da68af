// Which stream a receipt is of: the one of the key that signed it, found without looking at any session.
import { type SignedReceipt, sessionsDomain, sessionsTypes } from '@x4pn/contracts'
import type { Hash } from 'viem'
import type { Config } from '../config.ts'
import { keccak256 } from '../crypto/keccak.ts'
import { recoverCompact, toHex } from '../crypto/signature.ts'
import { structDigest } from '../crypto/struct-digest.ts'

type Context = Pick<Config, 'chainId' | 'sessions'>
type Digest = (receipt: SignedReceipt) => Uint8Array

/** The domain is hashed once for each configuration. */
const digests = new WeakMap<Context, Digest>()

/** Undefined when the signature is not one that the contract would take too: then there is no money in it. */
export function streamOfReceipt(context: Context, receipt: SignedReceipt): Hash | undefined {
  const sessionKey = signerOf(context, receipt)
  if (!sessionKey) return undefined
  const id = Buffer.alloc(60)
  id.write(receipt.user.slice(2), 0, 'hex')
  id.write(receipt.node.slice(2), 20, 'hex')
  id.set(sessionKey, 40)
  return toHex(keccak256(id))
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

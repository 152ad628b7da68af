// Whose receipt it is: of the stream whose key signed it. The receipt itself names the user alone.
import { type SignedReceipt, sessionsDomain, sessionsTypes } from '@x4pn/contracts'
import type { Config } from '../config.ts'
import { streamOf } from '../crypto/addresses.ts'
import { addressOf, recoverCompact, verifyCompact, withTrueParity } from '../crypto/signature.ts'
import { structDigest } from '../crypto/struct-digest.ts'
import type { Verifier } from '../crypto/verifier.ts'
import type { Session } from './session.ts'
import type { SessionStore } from './store.ts'

type Context = Pick<Config, 'chainId' | 'sessions'>
type Signers = { sessions: SessionStore; verifier: Verifier }
type Digest = (receipt: SignedReceipt) => Uint8Array

/** The domain is hashed once for each configuration. */
const digests = new WeakMap<Context, Digest>()

/**
 * Undefined when the signature is not one that the contract would take too: then there is no money in it. Where the user
 * has one session and its public key is known, that key is asked for alone, which is cheaper; the parity may then be wrong
 * until `asSettled`.
 */
export async function sessionOfReceipt(
  context: Context,
  receipt: SignedReceipt,
  { sessions, verifier }: Signers,
): Promise<Session | undefined> {
  const [only, another] = sessions.ofUser(receipt.user)
  if (only?.publicKey && !another) {
    const digest = digestOf(context, receipt)
    const isSigned = digest && (await verifyCompact(digest, receipt.signature, only.publicKey, verifier))
    // It may have ended meanwhile.
    return isSigned ? sessions.get(only.stream) : undefined
  }
  const publicKey = signerOf(context, receipt)
  const session = publicKey && sessions.get(streamOf(receipt.user, receipt.node, addressOf(publicKey)))
  if (session) session.publicKey = publicKey
  return session
}

/** The receipt as the contract takes it. */
export function asSettled(context: Context, receipt: SignedReceipt, { sessionKey }: Session): SignedReceipt {
  return { ...receipt, signature: withTrueParity(digestFor(context)(receipt), receipt.signature, sessionKey) }
}

const signerOf = (context: Context, receipt: SignedReceipt): Uint8Array | undefined => {
  const digest = digestOf(context, receipt)
  return digest && recoverCompact(digest, receipt.signature)
}

/** Undefined for a number that the contract's types cannot hold. */
function digestOf(context: Context, receipt: SignedReceipt): Uint8Array | undefined {
  try {
    return digestFor(context)(receipt)
  } catch (error) {
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

// Signs in at a node (EIP-4361). Every field is written here; the node gives nothing but the nonce.
import { type SignInBinding, signInResources, signInStatements } from '@x4pn/contracts'
import type { Account, Address, Hex, Transport, WalletClient } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { createSiweMessage } from 'viem/siwe'
import { EngineError } from './errors.ts'
import type { StreamIdentity } from './records.ts'
import { walletCall } from './wallet/wallet-call.ts'

/** Half of what a node accepts: long enough for a person and a slow wallet, and for clocks that differ. */
const LIFETIME_MS = 300_000

export type SignInSigner = { address: Address; signMessage(message: string): Promise<Hex> }

export type SignInFields = {
  chainId: number
  apiUrl: string
  binding: SignInBinding
  /** From GET /v1/nonce. */
  nonce: string
  address: Address
  /** `location.origin` of the page; leave it out where there is no page. */
  origin?: string | undefined
  /** Unix milliseconds. */
  now: number
}

export function signInMessage({ chainId, apiUrl, binding, nonce, address, origin, now }: SignInFields): string {
  const domain = signInDomain(apiUrl, origin)
  try {
    return createSiweMessage({
      domain,
      address,
      statement: signInStatements[binding.action],
      uri: apiUrl,
      version: '1',
      chainId,
      nonce,
      issuedAt: new Date(now),
      expirationTime: new Date(now + LIFETIME_MS),
      resources: signInResources(binding),
    })
  } catch (cause) {
    throw new EngineError('SIGN_IN_INVALID', { details: `domain ${domain}, uri ${apiUrl}`, cause })
  }
}

/** host[:port] of the page's origin, or without a page that of the node's API. */
export function signInDomain(apiUrl: string, origin?: string): string {
  const source = origin ?? apiUrl
  const host = URL.canParse(source) ? new URL(source).host : ''
  if (host === '') throw new EngineError('SIGN_IN_ORIGIN_INVALID', { details: source })
  return host
}

/** The session key, which the chain ties to the user: no wallet is asked. */
export function sessionKeySigner(sessionPrivateKey: Hex): SignInSigner {
  const account = privateKeyToAccount(sessionPrivateKey)
  return { address: account.address, signMessage: (message) => account.signMessage({ message }) }
}

/** The user's wallet, for a stream whose session key is lost. */
export function walletSigner(wallet: WalletClient<Transport, undefined, Account> | WalletClient): SignInSigner {
  const { account } = wallet
  if (!account) throw new EngineError('SIGNER_MISSING')
  return {
    address: account.address,
    signMessage: (message) => walletCall(() => wallet.signMessage({ account, message })),
  }
}

/** The given signer, else the stream's session key. */
export function signerOf(stream: StreamIdentity & { sessionPrivateKey?: Hex }, signer?: SignInSigner): SignInSigner {
  if (signer) return signer
  if (!stream.sessionPrivateKey) throw new EngineError('SIGNER_MISSING', { details: stream.stream })
  return sessionKeySigner(stream.sessionPrivateKey)
}

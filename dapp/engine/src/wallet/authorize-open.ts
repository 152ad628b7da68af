// Opens a stream with one signature and no transaction of the user's own: EIP-3009, bound to the opening by its nonce.
import { type Deployment, type OpenIntent, openIntentNonce, receiveWithAuthorizationTypes } from '@x4pn/contracts'
import type { Address, Hex, PublicClient } from 'viem'
import { BalanceError } from '../errors.ts'
import type { StreamIdentity } from '../records.ts'
import { readTokenBalance } from './chain-state.ts'
import { requireUser } from './require-stream.ts'
import { requireChain, type WalletContext } from './send.ts'
import { readTokenDomain } from './token-domain.ts'
import { walletCall } from './wallet-call.ts'

/** The arguments of `openWithAuthorization`, as plain JSON for whoever relays it: money as decimal strings. */
export type AuthorizedOpen = {
  intent: Omit<OpenIntent, 'deposit' | 'relayFee'> & { deposit: string; relayFee: string }
  validAfter: string
  validBefore: string
  signature: Hex
}

/** Less than the contract's ten minutes, so that a clock slightly ahead does no harm. */
const LIFETIME = 540

export type AuthorizeOpenOptions = {
  stream: StreamIdentity
  /** Token base units. */
  deposit: bigint
  relayFee: bigint
  feeTo: Address
  /** Unix milliseconds. */
  now?: () => number
}

/** Asks the wallet for one signature. It can be used for this opening and for nothing else, once. */
export async function authorizeOpen(
  context: Pick<WalletContext, 'client' | 'wallet' | 'deployment'>,
  { stream, deposit, relayFee, feeTo, now = Date.now }: AuthorizeOpenOptions,
): Promise<AuthorizedOpen> {
  const { client, wallet, deployment } = context
  requireUser(context, stream)
  await requireChain(wallet, deployment)
  await requireTokens(client, deployment, stream.user, deposit + relayFee)
  const { user, node, sessionKey } = stream
  const intent = { user, node, sessionKey, deposit, relayFee, feeTo }
  const nonce = openIntentNonce(intent)
  const validBefore = BigInt(Math.floor(now() / 1000) + LIFETIME)
  const domain = await readTokenDomain(client, deployment)
  const signature = await walletCall(() =>
    wallet.signTypedData({
      domain,
      types: receiveWithAuthorizationTypes,
      primaryType: 'ReceiveWithAuthorization',
      message: { from: user, to: deployment.sessions, value: deposit + relayFee, validAfter: 0n, validBefore, nonce },
    }),
  )
  return {
    intent: { ...intent, deposit: deposit.toString(), relayFee: relayFee.toString() },
    validAfter: '0',
    validBefore: validBefore.toString(),
    signature,
  }
}

async function requireTokens(client: PublicClient, deployment: Deployment, user: Address, needed: bigint) {
  const available = await readTokenBalance(client, deployment, user)
  if (available < needed) throw new BalanceError(user, available, needed)
}

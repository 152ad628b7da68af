// Opens a stream with one signature and no transaction of the user's own: EIP-3009, bound to the opening by its nonce,
// or from the free balance. Whoever relays it can do nothing else with it.
import { openAuthorizationData, openFromBalanceData } from '@x4pn/contracts'
import type { RelayRequest } from '@x4pn/gateway-api'
import type { Address, PublicClient } from 'viem'
import { BalanceError } from '../errors.ts'
import { sessionsContext } from '../network.ts'
import type { StreamIdentity } from '../records.ts'
import { onChain, readFreeBalance, readTokenBalance } from './chain-state.ts'
import { requireUser } from './require-stream.ts'
import { requireChain, type WalletContext } from './send.ts'
import { readTokenDomain } from './token-domain.ts'
import { walletCall } from './wallet-call.ts'

/** What `relayOpen` takes. Plain JSON. */
export type AuthorizedOpen = Extract<RelayRequest, { action: 'openWithAuthorization' | 'openFromBalance' }>

/** Seconds: less than the contract's ten minutes. */
const SIGNED_FOR = 540

export type AuthorizeOpenOptions = {
  stream: StreamIdentity
  /** Token base units. */
  deposit: bigint
  relayFee: bigint
  feeTo: Address
}

type Context = Pick<WalletContext, 'client' | 'wallet' | 'deployment'>

/** From the wallet's tokens, by one signature. Throws `TOKEN_UNSUPPORTED` where the token knows no such thing. */
export async function authorizeOpen(context: Context, options: AuthorizeOpenOptions): Promise<AuthorizedOpen> {
  const { client, wallet, deployment } = context
  const { deposit, relayFee } = options
  const intent = await checked(context, options)
  await requireBalance(readTokenBalance(client, deployment, intent.user), intent.user, deposit + relayFee)
  const validBefore = await signedUntil(client)
  const tokenDomain = await readTokenDomain(client, deployment)
  const validity = { validAfter: 0n, validBefore: BigInt(validBefore) }
  const data = openAuthorizationData({ tokenDomain, sessions: deployment.sessions }, intent, validity)
  const signature = await walletCall(() => wallet.signTypedData(data))
  return { action: 'openWithAuthorization', intent: written(intent), validAfter: 0, validBefore, signature }
}

/** From the free balance, where refunds are, by one signature. */
export async function authorizeOpenFromBalance(
  context: Context,
  options: AuthorizeOpenOptions,
): Promise<AuthorizedOpen> {
  const { client, wallet, deployment } = context
  const { stream, deposit, relayFee } = options
  const intent = await checked(context, options)
  await requireBalance(readFreeBalance(client, deployment, intent.user), intent.user, deposit + relayFee)
  const deadline = await signedUntil(client)
  const data = openFromBalanceData(sessionsContext(stream), { ...intent, deadline })
  const signature = await walletCall(() => wallet.signTypedData(data))
  return { action: 'openFromBalance', intent: { ...written(intent), deadline }, signature }
}

/** By the chain's clock, which is the one that will be asked; a device's may be minutes off. */
export async function signedUntil(client: PublicClient): Promise<number> {
  return Number((await onChain(client.getBlock())).timestamp) + SIGNED_FOR
}

async function checked(context: Context, { stream, deposit, relayFee, feeTo }: AuthorizeOpenOptions) {
  requireUser(context, stream)
  await requireChain(context.wallet, context.deployment)
  const { user, node, sessionKey } = stream
  return { user, node, sessionKey, deposit, relayFee, feeTo }
}

function written<Intent extends { deposit: bigint; relayFee: bigint }>(intent: Intent) {
  return { ...intent, deposit: intent.deposit.toString(), relayFee: intent.relayFee.toString() }
}

export async function requireBalance(reading: Promise<bigint>, account: Address, needed: bigint): Promise<void> {
  const available = await reading
  if (available < needed) throw new BalanceError(account, available, needed)
}

// Is this record one of this network and of this wallet? Asked before anything is signed or sent for it.
import { isAddressEqual } from 'viem'
import { EngineError } from '../errors.ts'
import type { StreamIdentity } from '../records.ts'
import type { WalletContext } from './send.ts'

type Context = Pick<WalletContext, 'deployment' | 'wallet'>

export function requireNetwork(
  { deployment }: Pick<Context, 'deployment'>,
  { chainId, sessions }: StreamIdentity,
): void {
  if (chainId === deployment.chainId && isAddressEqual(sessions, deployment.sessions)) return
  throw new EngineError('NETWORK_INVALID', { details: `the stream is of chain ${chainId}, contract ${sessions}` })
}

/** The contract takes whoever sends for the user: another account would mean another stream. */
export function requireUser(context: Context, stream: StreamIdentity): void {
  requireNetwork(context, stream)
  const actual = context.wallet.account.address
  if (isAddressEqual(actual, stream.user)) return
  throw new EngineError('WALLET_WRONG_ACCOUNT', { details: `wallet is ${actual}, the stream is ${stream.user}'s` })
}

// Takes free balance out with one signature and no transaction of the user's own.
import { withdrawData } from '@x4pn/contracts'
import type { RelayRequest } from '@x4pn/gateway-api'
import { type Address, bytesToHex } from 'viem'
import { sessionsContext } from '../network.ts'
import { requireBalance, signedUntil } from './authorize-open.ts'
import { readFreeBalance } from './chain-state.ts'
import { requireChain, type WalletContext } from './send.ts'
import { walletCall } from './wallet-call.ts'

export type AuthorizeWithdrawOptions = {
  to: Address
  /** Token base units that reach `to`; the fee comes on top. */
  amount: bigint
  relayFee: bigint
  feeTo: Address
}

export async function authorizeWithdraw(
  { client, wallet, deployment }: Pick<WalletContext, 'client' | 'wallet' | 'deployment'>,
  { to, amount, relayFee, feeTo }: AuthorizeWithdrawOptions,
): Promise<Extract<RelayRequest, { action: 'withdraw' }>> {
  const user = wallet.account.address
  await requireChain(wallet, deployment)
  await requireBalance(readFreeBalance(client, deployment, user), user, amount + relayFee)
  const deadline = await signedUntil(client)
  // Makes it good once, whatever else was signed.
  const salt = bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
  const intent = { user, to, amount, relayFee, feeTo, deadline, salt }
  const data = withdrawData(sessionsContext(deployment), intent)
  const signature = await walletCall(() => wallet.signTypedData(data))
  return {
    action: 'withdraw',
    intent: { ...intent, amount: amount.toString(), relayFee: relayFee.toString() },
    signature,
  }
}

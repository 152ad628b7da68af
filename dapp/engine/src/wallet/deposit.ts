// Moves money from the wallet to the free balance and back.
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import { type Address, erc20Abi, type TransactionReceipt } from 'viem'
import { BalanceError } from '../errors.ts'
import { onChain, readFreeBalance, readTokenBalance } from './chain-state.ts'
import { send, type WalletContext } from './send.ts'

/** Approves if needed, then deposits `amount` into the wallet's own free balance. */
export async function deposit(context: WalletContext, amount: bigint): Promise<TransactionReceipt> {
  await approveIfNeeded(context, amount)
  const { sessions } = context.deployment
  return send(context, { address: sessions, abi: x4pnVpnSessionsAbi, functionName: 'deposit', args: [amount] })
}

/** Moves `amount` of the free balance to `to`. */
export async function withdraw(context: WalletContext, to: Address, amount: bigint): Promise<TransactionReceipt> {
  await requireFreeBalance(context, amount)
  const { sessions } = context.deployment
  return send(context, { address: sessions, abi: x4pnVpnSessionsAbi, functionName: 'withdraw', args: [to, amount] })
}

/** Checks the wallet's balance, and lets the sessions contract take exactly `amount`, unless it already may. */
export async function approveIfNeeded(context: WalletContext, amount: bigint): Promise<void> {
  const { client, deployment, wallet } = context
  const owner = wallet.account.address
  const available = await readTokenBalance(client, deployment, owner)
  if (available < amount) throw new BalanceError(owner, available, amount)
  const token = { address: deployment.token, abi: erc20Abi } as const
  const args = [owner, deployment.sessions] as const
  const allowance = await onChain(client.readContract({ ...token, functionName: 'allowance', args }))
  if (allowance >= amount) return
  await send(context, { ...token, functionName: 'approve', args: [deployment.sessions, amount] })
}

export async function requireFreeBalance({ client, deployment, wallet }: WalletContext, amount: bigint): Promise<void> {
  const owner = wallet.account.address
  const available = await readFreeBalance(client, deployment, owner)
  if (available < amount) throw new BalanceError(owner, available, amount)
}

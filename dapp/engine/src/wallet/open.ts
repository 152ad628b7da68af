// Opens a stream, and adds to one. Opening can be repeated after a reload: an open stream is not opened twice.
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import type { TransactionReceipt } from 'viem'
import { EngineError } from '../errors.ts'
import type { StreamIdentity } from '../records.ts'
import { readStream } from './chain-state.ts'
import { approveIfNeeded, requireFreeBalance } from './deposit.ts'
import { requireNetwork, requireUser } from './require-stream.ts'
import { send, type WalletContext } from './send.ts'

/** From the wallet; approves if needed. Undefined: the stream is open already. */
export async function open(
  context: WalletContext,
  stream: StreamIdentity,
  amount: bigint,
): Promise<TransactionReceipt | undefined> {
  if (await isOpen(context, stream)) return undefined
  await approveIfNeeded(context, amount)
  const args = [stream.node, stream.sessionKey, amount] as const
  return send(context, { address: stream.sessions, abi: x4pnVpnSessionsAbi, functionName: 'open', args })
}

/** From the free balance: no token moves. Undefined: the stream is open already. */
export async function openFromBalance(
  context: WalletContext,
  stream: StreamIdentity,
  amount: bigint,
): Promise<TransactionReceipt | undefined> {
  if (await isOpen(context, stream)) return undefined
  await requireFreeBalance(context, amount)
  const args = [stream.node, stream.sessionKey, amount] as const
  return send(context, { address: stream.sessions, abi: x4pnVpnSessionsAbi, functionName: 'openFromBalance', args })
}

/** From the wallet; approves if needed. Anyone may add to anyone's open stream. */
export async function topUp(
  context: WalletContext,
  stream: StreamIdentity,
  amount: bigint,
): Promise<TransactionReceipt> {
  requireNetwork(context, stream)
  const { status } = await readStream(context.client, context.deployment, stream.stream)
  if (status !== 'open') throw new EngineError('STREAM_NOT_OPEN', { details: `${stream.stream} is ${status}` })
  await approveIfNeeded(context, amount)
  const { sessions, user, node, sessionKey } = stream
  const args = [user, node, sessionKey, amount] as const
  return send(context, { address: sessions, abi: x4pnVpnSessionsAbi, functionName: 'topUp', args })
}

async function isOpen(context: WalletContext, stream: StreamIdentity): Promise<boolean> {
  requireUser(context, stream)
  const { status } = await readStream(context.client, context.deployment, stream.stream)
  // An id lives once: what was stopped or closed needs a new session key.
  if (status === 'stopped' || status === 'closed') {
    throw new EngineError('STREAM_NOT_OPEN', { details: `${stream.stream} is ${status}` })
  }
  return status === 'open'
}

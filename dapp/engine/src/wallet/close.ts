// Ends a stream: at once with the node's release, else by stopping and closing after the challenge window.
import { packSettleItems, stopData, x4pnVpnSessionsAbi } from '@x4pn/contracts'
import type { LeaveResponse, ReceiptItem } from '@x4pn/gateway-api'
import type { Address, Hex, TransactionReceipt } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { sessionsContext } from '../network.ts'
import type { StreamIdentity, StreamRecord } from '../records.ts'
import { requireNetwork, requireUser } from './require-stream.ts'
import { requireChain, send, type WalletContext } from './send.ts'
import { walletCall } from './wallet-call.ts'

/** Starts the challenge window. */
export async function stop(context: WalletContext, stream: StreamIdentity): Promise<TransactionReceipt> {
  requireUser(context, stream)
  const args = [stream.node, stream.sessionKey] as const
  return send(context, { address: stream.sessions, abi: x4pnVpnSessionsAbi, functionName: 'stop', args })
}

/** The signature of `stopBySig`, by the session key: whoever relays it stops the stream, and no wallet is asked. */
export function signStop(stream: StreamRecord): Promise<Hex> {
  return privateKeyToAccount(stream.sessionPrivateKey).signTypedData(stopData(sessionsContext(stream), stream))
}

/** The same by the user's wallet, for a stream whose session key is lost. One signature, no transaction. */
export async function authorizeStop(context: WalletContext, stream: StreamIdentity): Promise<Hex> {
  requireUser(context, stream)
  await requireChain(context.wallet, context.deployment)
  return walletCall(() => context.wallet.signTypedData(stopData(sessionsContext(stream), stream)))
}

/** After the challenge window: sends what was not settled to `to`. */
export async function close(context: WalletContext, stream: StreamIdentity, to: Address): Promise<TransactionReceipt> {
  requireUser(context, stream)
  const args = [stream.node, stream.sessionKey, to] as const
  return send(context, { address: stream.sessions, abi: x4pnVpnSessionsAbi, functionName: 'close', args })
}

/** With the release that `leave` brought: pays the best receipt, at most `maxClaim`, and refunds the rest at once. */
export async function closeCooperative(
  context: WalletContext,
  stream: StreamIdentity,
  release: LeaveResponse['release'],
  bestReceipt: ReceiptItem | undefined,
): Promise<TransactionReceipt> {
  requireNetwork(context, stream)
  const item = bestReceipt ? packSettleItems([toSettleItem(bestReceipt)]) : '0x'
  const { sessions, user, node, sessionKey } = stream
  const { maxClaim, deadline, signature } = release
  const args = [user, node, sessionKey, BigInt(maxClaim), deadline, item, signature] as const
  return send(context, { address: sessions, abi: x4pnVpnSessionsAbi, functionName: 'closeCooperative', args })
}

function toSettleItem({ cumulative, rate, ...item }: ReceiptItem) {
  return { ...item, cumulative: BigInt(cumulative), rate: BigInt(rate) }
}

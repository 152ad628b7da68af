// What the sessions contract says about a stream and a balance: read before every spend.
import { type Deployment, x4pnVpnSessionsAbi } from '@x4pn/contracts'
import { type Address, erc20Abi, type Hash, type PublicClient } from 'viem'
import { EngineError } from '../errors.ts'

export type StreamState = {
  status: 'none' | 'open' | 'stopped' | 'closed'
  /** Token base units. */
  deposit: bigint
  settled: bigint
  /** Unix second; 0 while open. */
  stoppedAt: number
}

const OPENED = 1
const CLOSED = 2

export async function readStream(client: PublicClient, { sessions }: Deployment, id: Hash): Promise<StreamState> {
  const { deposit, settled, stoppedAt, flags } = await onChain(
    client.readContract({ address: sessions, abi: x4pnVpnSessionsAbi, functionName: 'stream', args: [id] }),
  )
  const open = stoppedAt === 0 ? 'open' : 'stopped'
  const status = (flags & CLOSED) !== 0 ? 'closed' : (flags & OPENED) !== 0 ? open : 'none'
  return { status, deposit, settled, stoppedAt }
}

/** What `user` holds in the sessions contract outside of streams. */
export function readFreeBalance(client: PublicClient, { sessions }: Deployment, user: Address): Promise<bigint> {
  return onChain(
    client.readContract({ address: sessions, abi: x4pnVpnSessionsAbi, functionName: 'balanceOf', args: [user] }),
  )
}

/** Seconds between a stop and the earliest close without the node. It never changes. */
export function readChallengeWindow(client: PublicClient, { sessions }: Deployment): Promise<bigint> {
  return onChain(client.readContract({ address: sessions, abi: x4pnVpnSessionsAbi, functionName: 'CHALLENGE_WINDOW' }))
}

/** What `owner` holds of the token. */
export function readTokenBalance(client: PublicClient, { token }: Deployment, owner: Address): Promise<bigint> {
  return onChain(client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [owner] }))
}

export async function onChain<Result>(reading: Promise<Result>): Promise<Result> {
  try {
    return await reading
  } catch (cause) {
    throw new EngineError('CHAIN_UNREACHABLE', { cause })
  }
}

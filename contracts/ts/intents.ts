// What a user or a session key signs so that somebody else can send it: typed data for any wallet, and what it says.
import type { Address, Hex } from 'viem'
import type { StreamKey } from './stream-id.ts'
import { type DomainContext, sessionsDomain, sessionsTypes } from './typed-data.ts'

/** An opening from the free balance; the first argument of `openBySig`. */
export type OpenFromBalance = StreamKey & {
  /** Token base units. */
  deposit: bigint
  relayFee: bigint
  /** Whose free balance gets the relay fee, whoever sends it. */
  feeTo: Address
  /** Unix second, at most ten minutes ahead. */
  deadline: number
}

/** A withdrawal; the first argument of `withdrawBySig`. */
export type WithdrawIntent = {
  user: Address
  to: Address
  /** Token base units, the relay fee not among them. */
  amount: bigint
  relayFee: bigint
  /** Whose free balance gets the relay fee, whoever sends it. */
  feeTo: Address
  /** Unix second. */
  deadline: number
  /** Makes equal withdrawals distinct; each can be made once. */
  salt: Hex
}

/** For the user to sign. */
export function openFromBalanceData(context: DomainContext, message: OpenFromBalance) {
  return { domain: sessionsDomain(context), types: sessionsTypes, primaryType: 'OpenFromBalance', message } as const
}

/** For the user or the session key to sign; the signature stays good as long as the stream is open. */
export function stopData(context: DomainContext, { user, node, sessionKey }: StreamKey) {
  const message = { user, node, sessionKey }
  return { domain: sessionsDomain(context), types: sessionsTypes, primaryType: 'Stop', message } as const
}

/** For the user to sign. */
export function withdrawData(context: DomainContext, message: WithdrawIntent) {
  return { domain: sessionsDomain(context), types: sessionsTypes, primaryType: 'WithdrawIntent', message } as const
}

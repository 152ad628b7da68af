// A session: one stream that has joined this node, and what follows from its numbers.
import type { SignedReceipt } from '@x4pn/contracts'
import { bytesForAmount, costOfBytes, costOfTime, type Usage } from '@x4pn/gateway-api'
import type { Address, Hash, Hex } from 'viem'
import { claimByNow, owedBeyondLease, PASS_ALLOWANCE, type Pass, paidUntil, passServes, UNCOUNTED } from './pass.ts'

/** A stream as the chain last said. */
export type StreamState = {
  deposit: bigint
  settled: bigint
  /** Unix seconds, 0 while open. */
  stoppedAt: number
  closed: boolean
  /** The part of the deposit that is served: what a reorganisation could still undo counts up to an amount. */
  servable: bigint
}

/** Fixed when a stream joins for the first time. */
export type Terms = {
  pricePerGiB: bigint
  /** Token base units, for bytes. */
  allowance: bigint
  /** Least rate of a lease, 10^-18 tokens a second. */
  passRate: bigint
  /** The token's. */
  decimals: number
}

export type Session = {
  readonly stream: Hash
  readonly user: Address
  readonly sessionKey: Address
  readonly terms: Terms
  readonly address4: string
  readonly address6: string
  /** The session key's, 65 bytes; known from the first receipt on. */
  publicKey?: Uint8Array
  wireguardKey: Hex
  /** Unix milliseconds: `issuedAt` of the sign-in that governs. */
  signedInAt: number
  chain: StreamState
  best?: SignedReceipt
  /** Pays by time; from its first receipt on. */
  pass?: Pass
  /** Unix milliseconds at which unsettled money began to wait. */
  unsettledSince?: number
  /** IP bytes both ways. Never falls. */
  usedBytes: bigint
  /** Unix seconds, 0 never. */
  lastHandshake: number
  /** A leaving is being written down: nothing is settled now that it did not count on. */
  leaving?: true
  /** The stream has left: it is released on chain and never served again. */
  left?: { maxClaim: bigint; receipt: SignedReceipt | undefined }
  /** Ended and silent: it has no peer in the tunnel, and takes nobody's place. */
  peerless?: true
  /** A smart account's word on the sign-in that governs; asked for again every so often. */
  vouched?: Vouched
  /** Block at which it is read once more, in case of a reorganisation; `next`: counted from the next reading. */
  recheckAt?: bigint | 'next'
  /** The claim of a settlement that was sent and not yet seen on chain: it may still be paid. */
  sent?: bigint
  /** A settlement is on its way, or what came of it has not been read back. */
  settling?: Promise<unknown>
  /** Unix milliseconds before which it is not settled or released again: the last time brought nothing, or little. */
  settleNotBefore?: number
}

/** `askedAt` in Unix milliseconds. */
export type Vouched = { message: string; signature: Hex; askedAt: number; revoked: boolean }

const min = (a: bigint, b: bigint) => (a < b ? a : b)
const max = (a: bigint, b: bigint) => (a > b ? a : b)

export const owed = (session: Session): bigint =>
  session.pass ? claimed(session) + owedBeyondLease(session) : costOfBytes(session.usedBytes, session.terms.pricePerGiB)

/** What may be owed beyond what is paid, token base units. */
export const allowanceOf = ({ pass, terms }: Session): bigint =>
  pass ? costOfTime(BigInt(PASS_ALLOWANCE), terms.passRate, terms.decimals) : terms.allowance

/** What a receipt claims, clamped to the deposit. */
export const claimOf = (receipt: SignedReceipt | undefined, session: Session): bigint =>
  receipt ? min(claimByNow(receipt, session), session.chain.deposit) : 0n

/** What is paid for: the best receipt's claim, or what the chain has settled when receipts were lost. */
export const claimed = (session: Session): bigint => max(claimOf(session.best, session), session.chain.settled)

/** Bytes, counted from the session's beginning, that receipts and allowance cover. */
function entitledBytes(session: Session): bigint {
  const { servable, settled } = session.chain
  const served = min(claimed(session), max(servable, settled))
  return bytesForAmount(served + session.terms.allowance, session.terms.pricePerGiB)
}

/** Whether the stream may be served at all, paid or not. */
export const isOpen = ({ chain, left, vouched }: Session): boolean =>
  !left && !vouched?.revoked && chain.stoppedAt === 0 && !chain.closed

/** All of the deposit is settled, and all that it pays for is served: who paid ahead has bytes to come. */
const isUsedUp = (session: Session): boolean =>
  session.chain.settled === session.chain.deposit && owed(session) >= session.chain.settled

/** Nothing can come of it any more unless its user pays anew: stopped or used up, and all of it settled. */
export const isDone = (session: Session): boolean => {
  const { deposit, stoppedAt } = session.chain
  // One without a deposit is gone from the chain, and may come back.
  return deposit > 0n && !session.left && (stoppedAt !== 0 || isUsedUp(session)) && unsettled(session) === 0n
}

/** For the limits of its wallet and its address: also when done, as long as its peer takes a place. */
export const countsForLimits = (session: Session): boolean => !session.peerless || !isDone(session)

export function creditBytes(session: Session): bigint {
  if (session.pass) return isOpen(session) && passServes(session) ? UNCOUNTED : 0n
  const left = entitledBytes(session) - session.usedBytes
  return left > 0n && isOpen(session) ? left : 0n
}

/** What the node could settle now beyond what it has. */
export const unsettled = (session: Session): bigint => {
  const claim = session.left ? min(claimed(session), session.left.maxClaim) : claimed(session)
  return claim > session.chain.settled ? claim - session.chain.settled : 0n
}

export function usageOf(session: Session, at: number): Usage {
  const credit = creditBytes(session)
  return {
    stream: session.stream,
    usedBytes: String(session.usedBytes),
    owed: String(owed(session)),
    claimed: String(claimed(session)),
    deposit: String(session.chain.deposit),
    creditBytes: String(credit),
    served: credit > 0n,
    ...(session.pass ? { paidUntil: paidUntil(session) } : {}),
    lastHandshake: session.lastHandshake,
    at,
  }
}

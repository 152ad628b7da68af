// What the journal holds: messages signed by their authors, which this gateway has checked, and when it accepted them.
import type { SignedReceipt } from '@x4pn/contracts'
import type { SignedCounters } from '@x4pn/gateway-api'
import type { Address, Hash, Hex } from 'viem'

/** Unix milliseconds at which the message was accepted. */
type Accepted = { acceptedAt: number }

export type SignInRecord = Accepted & {
  type: 'signIn'
  stream: Hash
  /** Unix milliseconds; of two sign-ins the later one governs, in whatever order they are found. */
  issuedAt: number
  message: string
  signature: Hex
  /** False where a smart account vouched for the message: then it is asked again from time to time. */
  proven: boolean
  user: Address
  sessionKey: Address
  wireguardKey: Hex
  address4: string
  /** The terms of the session and the deposit at that time, so that a restart needs no chain to go on. */
  pricePerGiB: bigint
  allowance: bigint
  passRate: bigint
  decimals: number
  deposit: bigint
  settled: bigint
  /** The gateway's own count at that time: a floor, as in `ReceiptRecord`. */
  usedBytes: bigint
}

export type ReceiptRecord = Accepted & {
  type: 'receipt'
  stream: Hash
  receipt: SignedReceipt
  /** Of a lease: what it claims in the end, by which leases of one stream are ordered. */
  finalClaim?: bigint
  /** As the chain said then: a restart without a chain knows of top-ups by it. */
  deposit?: bigint
  /** The gateway's own count when it took the receipt: the floor of the usage after a loss of the kernel's counters. */
  usedBytes: bigint
}

export type CountersRecord = Accepted & { type: 'counters'; counters: SignedCounters }

export type LeaveRecord = Accepted & {
  type: 'leave'
  stream: Hash
  message: string
  signature: Hex
  /** The receipt that is released: the final one, or the best. Undefined: nothing was paid. */
  receipt?: SignedReceipt
  /** The gateway's own word, given with the answer: it never claims more. */
  maxClaim: bigint
  deposit: bigint
  deadline: number
  release: Hex
}

/** The stream is closed on chain, or its first join was undone: nothing about it is needed any more. */
type ForgottenRecord = Accepted & { type: 'forgotten'; stream: Hash }

export type JournalRecord = SignInRecord | ReceiptRecord | CountersRecord | LeaveRecord | ForgottenRecord

// What to sign next: a pure function of what is known.
import { costOfBytes } from '@x4pn/gateway-api'

export type PaymentState = {
  /** Bytes both ways, as the node counts them. */
  usedBytes: bigint
  /** Token base units for 2^30 bytes, fixed at joining. */
  pricePerGiB: bigint
  /** The highest cumulative that was ever signed on this stream. */
  lastSigned: bigint
  /** What the stream holds on chain. */
  deposit: bigint
  /** Token base units: never more than this ahead of what is owed. */
  moneyCap: bigint
  /** What the node serves beyond what was signed, token base units, fixed at joining. */
  allowance: bigint
  /** The present rate. */
  bytesPerSecond: bigint
  /** Evidence that the tunnel works. */
  tunnelSeen: boolean
  /** Bytes both ways, as the client's own interface counts them, where it can. */
  localBytes?: bigint | undefined
  /** Sign up to the full measure even if enough is signed ahead. */
  now?: boolean
}

export type Decision =
  | { sign: true; cumulative: bigint }
  | { sign: false; reason: 'covered' | 'deposit-signed' | 'tunnel-not-seen' | 'implausible-usage' }

/** 1 cent of a token with 6 decimals. */
export const DEFAULT_MONEY_CAP = 10_000n

const MIB = 1n << 20n
const LEAST_AHEAD = 16n * MIB
const SECONDS_AHEAD = 3n
/** A twentieth of what the node counted may have been lost on the way, and what is in flight has not arrived yet. */
const LOSS_SHARE = 20n

/** The larger of 16 MiB and three seconds at the present rate. */
export function signAheadBytes(bytesPerSecond: bigint): bigint {
  return max(LEAST_AHEAD, SECONDS_AHEAD * bytesPerSecond)
}

/**
 * Signs ahead, and again when less than half of that is left. What is owed is computed here, from the bytes and the
 * price agreed: the node's own sum is never taken. Nor, where the client cannot count itself, one far beyond what was
 * signed: no node serves that, so one receipt adds at most two allowances and the cap.
 */
export function nextReceipt(state: PaymentState): Decision {
  const { usedBytes, pricePerGiB, lastSigned, deposit, localBytes } = state
  if (localBytes !== undefined && usedBytes > localBytes + localBytes / LOSS_SHARE + LEAST_AHEAD)
    return no('implausible-usage')
  // The allowance is the node's risk, so nothing needs to be signed before there is evidence.
  if (!state.tunnelSeen) return no('tunnel-not-seen')
  const counted = costOfBytes(usedBytes, pricePerGiB)
  const owed = localBytes === undefined ? min(counted, lastSigned + 2n * state.allowance) : counted
  const aheadBytes = signAheadBytes(state.bytesPerSecond)
  const ahead = min(costOfBytes(usedBytes + aheadBytes, pricePerGiB), owed + costOfBytes(aheadBytes, pricePerGiB))
  const target = min(min(ahead, owed + state.moneyCap), deposit)
  if (target <= lastSigned) return no(lastSigned >= deposit ? 'deposit-signed' : 'covered')
  const enough = 2n * (lastSigned - owed) >= target - owed
  return enough && !state.now ? no('covered') : { sign: true, cumulative: target }
}

function no(reason: Extract<Decision, { sign: false }>['reason']): Decision {
  return { sign: false, reason }
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

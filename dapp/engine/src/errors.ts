// Everything that can go wrong here: one table of codes, one base class, and a subclass where more than a code is known.
import type { ErrorBody, ErrorCode } from '@x4pn/gateway-api'

export const engineErrors = {
  NETWORK_INVALID: 'This is not a network record.',
  CHAIN_UNREACHABLE: 'No RPC endpoint answered.',
  NODE_URL_INVALID: "The node's API URL is not a plain http(s) URL.",
  NODE_UNKNOWN: 'The registry does not know this node.',
  NODE_RETIRED: 'This node takes no new users.',
  NODE_ID_MISMATCH: 'Another node answers at this URL.',
  NODE_CHAIN_MISMATCH: 'The node works on another chain.',
  NODE_SESSIONS_MISMATCH: 'The node works with another sessions contract.',
  NODE_REGISTRY_MISMATCH: 'The node works with another registry.',
  NODE_API_URL_MISMATCH: 'The node states another API URL than the registry.',
  NODE_PRICE_MISMATCH: 'The node asks another price than the registry says.',
  NODE_COMMITMENT_MISMATCH: "The node's WireGuard key or exit policy is not the one committed to on chain.",
  NODE_STATEMENT_EXPIRED: "The node's statement has expired.",
  NODE_SIGNATURE_INVALID: "The node's statement is not signed by the node key.",
  ECHO_INVALID: "The node's answer about this caller's address is not the node's, or an old one.",
  GATEWAY_UNREACHABLE: 'The node did not answer.',
  GATEWAY_ANSWER_INVALID: 'The node answered something that is not in the API.',
  SIGNER_MISSING: 'There is neither a session key nor a wallet to sign with.',
  SIGN_IN_ORIGIN_INVALID: 'A page without an origin of its own cannot sign in.',
  SIGN_IN_INVALID: 'A field of the sign-in is malformed.',
  JOIN_STREAM_MISMATCH: 'The node answered for another stream.',
  JOIN_SERVER_MISMATCH: "The offered WireGuard peer is not the one of the node's statement.",
  JOIN_TERMS_WORSE: 'The node asks more than was agreed.',
  JOIN_ROUTES_INCOMPLETE: 'The offered tunnel would not carry all traffic.',
  ASSIGNMENT_INVALID: "The assignment of addresses is not the node's.",
  TUNNEL_INVALID: 'A field of the WireGuard configuration is malformed.',
  USAGE_UNKNOWN: 'The node has not said yet what was used.',
  COUNTERS_INVALID: "The last counters are not the node's.",
  RELEASE_INVALID: "The release is not the node's.",
  WALLET_WRONG_CHAIN: 'The wallet is on another chain.',
  WALLET_WRONG_ACCOUNT: 'The wallet is another account.',
  WALLET_REJECTED: "The wallet's owner said no.",
  WALLET_FAILED: 'The wallet did not do it.',
  BALANCE_TOO_LOW: 'There is not enough money for this.',
  STREAM_NOT_OPEN: 'This stream is not open.',
  TRANSACTION_REFUSED: 'The contract refuses this.',
  TRANSACTION_REVERTED: 'The transaction was mined and reverted.',
  RELAY_UNCONFIRMED: 'The node says that it sent this, and the chain shows nothing of it.',
  TOKEN_UNSUPPORTED: 'The token says nothing that its signatures could be bound to.',
} as const

export type EngineErrorCode = keyof typeof engineErrors

type Extra = { details?: string | undefined; cause?: unknown }

export class EngineError extends Error {
  override readonly name: string = 'EngineError'
  readonly code: EngineErrorCode | ErrorCode
  /** One sentence for people. */
  readonly shortMessage: string
  /** The value that was wrong. It may be a stranger's text. */
  readonly details: string | undefined

  constructor(code: EngineErrorCode | ErrorCode, { details, cause }: Extra = {}, shortMessage = messageOf(code)) {
    super(details === undefined ? shortMessage : `${shortMessage} (${details})`, { cause })
    this.code = code
    this.shortMessage = shortMessage
    this.details = details
  }
}

/** The node answered with one of the gateway's own errors. */
export class GatewayError extends EngineError {
  override readonly name = 'GatewayError'
  declare readonly code: ErrorCode
  readonly status: number
  readonly fix: string
  /** Seconds, where the node said so. */
  readonly retryAfter: number | undefined

  constructor(body: ErrorBody, status: number, retryAfter?: number) {
    const { code, message, fix, details } = body.error
    super(code, { details }, message)
    this.status = status
    this.fix = fix
    this.retryAfter = retryAfter
  }
}

/** The node's statement does not match the chain. `code` says in which point. */
export class NodeMismatchError extends EngineError {
  override readonly name = 'NodeMismatchError'
  readonly stated: string
  readonly expected: string

  constructor(code: EngineErrorCode, stated: unknown, expected: unknown) {
    super(code, { details: `stated ${stated}, expected ${expected}` })
    this.stated = String(stated)
    this.expected = String(expected)
  }
}

/** `account` has `available`, not `needed`, read from the chain before anything was sent. */
export class BalanceError extends EngineError {
  override readonly name = 'BalanceError'
  readonly available: bigint
  readonly needed: bigint

  constructor(account: string, available: bigint, needed: bigint) {
    super('BALANCE_TOO_LOW', { details: `${account} has ${available}, needs ${needed}` })
    this.available = available
    this.needed = needed
  }
}

function messageOf(code: string): string {
  return (engineErrors as Record<string, string>)[code] ?? code
}

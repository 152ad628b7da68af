// The routes, each once: the server mounts them, the client calls them, the OpenAPI document lists them.
import Type, { type TSchema } from 'typebox'
import type { ErrorCode } from './errors.ts'
import { EchoQuery, EchoResponse, NodeInfo, NonceResponse } from './info.ts'
import { ReceiptsRequest, ReceiptsResponse } from './receipts.ts'
import { RelayRequest, RelayResponse } from './relay.ts'
import { Bytes32 } from './scalars.ts'
import { JoinRequest, JoinResponse, LeaveRequest, LeaveResponse } from './sessions.ts'
import { Usage } from './usage.ts'

export type Route = {
  method: 'GET' | 'POST'
  path: string
  summary: string
  params?: TSchema
  query?: TSchema
  body?: TSchema
  response: TSchema
  errors: readonly ErrorCode[]
}

const StreamParams = Type.Object({ stream: Bytes32 })

const signInErrors = [
  'BAD_REQUEST',
  'RATE_LIMITED',
  'SIGNIN_MALFORMED',
  'SIGNIN_ORIGIN_REFUSED',
  'SIGNIN_WRONG_DOMAIN',
  'SIGNIN_WRONG_URI',
  'SIGNIN_WRONG_CHAIN',
  'SIGNIN_WRONG_STATEMENT',
  'SIGNIN_WRONG_RESOURCES',
  'SIGNIN_WRONG_ACTION',
  'SIGNIN_WRONG_NODE',
  'SIGNIN_WRONG_STREAM',
  'SIGNIN_EXPIRED',
  'SIGNIN_NOT_YET_VALID',
  'SIGNIN_LIFETIME',
  'NONCE_INVALID',
  'SIGNIN_WRONG_SIGNER',
  'SIGNIN_BAD_SIGNATURE',
  'SIGNIN_SUPERSEDED',
  'STREAM_UNFUNDED',
  'STREAM_STOPPED',
  'STREAM_CLOSED',
  'STREAM_LEFT',
  'CHAIN_UNAVAILABLE',
  'JOURNAL_UNAVAILABLE',
] as const satisfies readonly ErrorCode[]

export const routes = {
  info: {
    method: 'GET',
    path: '/v1/info',
    summary: 'What the node offers, signed',
    response: NodeInfo,
    errors: ['RATE_LIMITED', 'CHAIN_UNAVAILABLE'],
  },
  nonce: {
    method: 'GET',
    path: '/v1/nonce',
    summary: 'A nonce for a sign-in',
    response: NonceResponse,
    errors: ['RATE_LIMITED'],
  },
  echo: {
    method: 'GET',
    path: '/v1/echo',
    summary: "The caller's address, signed",
    query: EchoQuery,
    response: EchoResponse,
    errors: ['BAD_REQUEST', 'RATE_LIMITED'],
  },
  openapi: {
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'This interface as an OpenAPI document',
    response: Type.Object({ openapi: Type.String() }),
    errors: ['RATE_LIMITED'],
  },
  join: {
    method: 'POST',
    path: '/v1/sessions',
    summary: 'Join, join again, or rotate the WireGuard key',
    body: JoinRequest,
    response: JoinResponse,
    errors: [
      ...signInErrors,
      'SIGNIN_WRONG_WIREGUARD_KEY',
      'STREAM_DEPOSIT_TOO_SMALL',
      'WIREGUARD_KEY_TAKEN',
      'WALLET_LIMITED',
      'ADDRESS_LIMITED',
      'NODE_SUCCEEDED',
      'CAPACITY_FULL',
      'NODE_DRAINING',
      'TUNNEL_UNAVAILABLE',
    ],
  },
  leave: {
    method: 'POST',
    path: '/v1/sessions/:stream/leave',
    summary: 'Leave: the last counters and the release that refunds the rest',
    params: StreamParams,
    body: LeaveRequest,
    response: LeaveResponse,
    errors: [...signInErrors, 'STREAM_NOT_JOINED'],
  },
  receipts: {
    method: 'POST',
    path: '/v1/receipts',
    summary: 'Pay',
    body: ReceiptsRequest,
    response: ReceiptsResponse,
    errors: [
      'BAD_REQUEST',
      'RATE_LIMITED',
      'JOURNAL_UNAVAILABLE',
      'RECEIPT_BAD_SIGNATURE',
      'RECEIPT_PASS_INVALID',
      'RECEIPT_PLAN_FIXED',
      'STREAM_LEFT',
    ],
  },
  relay: {
    method: 'POST',
    path: '/v1/relay',
    summary: 'Send what a user signed to the chain: opening, stopping, closing, withdrawing',
    body: RelayRequest,
    response: RelayResponse,
    errors: [
      'BAD_REQUEST',
      'RATE_LIMITED',
      'RELAY_FEE_TOO_LOW',
      'RELAY_FEE_ELSEWHERE',
      'RELAY_REFUSED',
      'RELAY_LIMITED',
      'RELAY_UNAVAILABLE',
      'CHAIN_UNAVAILABLE',
    ],
  },
  usage: {
    method: 'GET',
    path: '/v1/sessions/:stream/usage',
    summary: 'Live usage: server-sent events `usage` (Usage) and `counters` (SignedCounters)',
    params: StreamParams,
    response: Usage,
    errors: ['RATE_LIMITED', 'TOKEN_INVALID', 'STREAM_NOT_JOINED'],
  },
} as const satisfies Record<string, Route>

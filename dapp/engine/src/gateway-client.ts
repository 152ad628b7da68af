// Calls a node's API. Answers are checked against its schema here, once, and typed from here on.
import {
  type EchoResponse,
  type JoinRequest,
  type JoinResponse,
  type LeaveRequest,
  type LeaveResponse,
  type NodeInfo,
  type NonceResponse,
  type ReceiptsRequest,
  type ReceiptsResponse,
  type RelayRequest,
  type RelayResponse,
  routes,
} from '@x4pn/gateway-api'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { Hash } from 'viem'
import { EngineError, GatewayError } from './errors.ts'
import { errorOf, parseJson, readText } from './http-answer.ts'
import { isApiUrl } from './urls.ts'
import { wait } from './wait.ts'

export type Fetch = typeof globalThis.fetch

export type GatewayClientOptions = {
  apiUrl: string
  fetch?: Fetch
  /** For one attempt. */
  timeoutMs?: number
  /** Attempts after the first, where a call may be repeated: replayed, a sign-in or a receipt changes nothing. */
  retries?: number
  /** Ends every call. */
  signal?: AbortSignal
}

export type GatewayClient = {
  apiUrl: string
  info(): Promise<NodeInfo>
  nonce(): Promise<NonceResponse>
  echo(nonce: string): Promise<EchoResponse>
  join(request: JoinRequest): Promise<JoinResponse>
  leave(stream: Hash, request: LeaveRequest): Promise<LeaveResponse>
  /** Receipts are cumulative and can be presented any number of times. */
  receipts(request: ReceiptsRequest): Promise<ReceiptsResponse>
  /** One attempt: a second one could be sent, and reverted, before the first is mined. */
  relay(request: RelayRequest): Promise<RelayResponse>
}

type Call = { path: string; response: TSchema; body?: unknown }

/** What every call to a node has in common: nothing of the page goes with it, and it cannot send us elsewhere. */
export const requestDefaults = {
  cache: 'no-store',
  credentials: 'omit',
  redirect: 'error',
  referrerPolicy: 'no-referrer',
} as const satisfies RequestInit

export function gatewayClient(options: GatewayClientOptions): GatewayClient {
  const { apiUrl, fetch = globalThis.fetch, timeoutMs = 8_000, retries = 2, signal } = options
  if (!isApiUrl(apiUrl)) throw new EngineError('NODE_URL_INVALID', { details: apiUrl })

  async function attempt<Answer>({ path, response, body }: Call): Promise<Answer> {
    const timeout = AbortSignal.timeout(timeoutMs)
    const init: RequestInit = { ...requestDefaults, signal: signal ? AbortSignal.any([signal, timeout]) : timeout }
    if (body !== undefined) {
      init.method = 'POST'
      init.headers = { 'content-type': 'application/json' }
      init.body = JSON.stringify(body)
    }
    let answer: Response
    let text: string
    try {
      answer = await fetch(`${apiUrl}${path}`, init)
      text = await readText(answer)
    } catch (cause) {
      if (cause instanceof EngineError) throw cause
      throw new EngineError('GATEWAY_UNREACHABLE', { details: `${apiUrl}${path}`, cause })
    }
    if (!answer.ok) throw errorOf(answer, text)
    const value = parseJson(text)
    if (!Value.Check(response, value)) {
      const [error] = Value.Errors(response, value)
      const details = `${path}: ${error ? `${error.instancePath} ${error.message}` : 'not JSON'}`
      throw new EngineError('GATEWAY_ANSWER_INVALID', { details })
    }
    // The check above is what makes this true.
    return value as Answer
  }

  async function call<Answer>(request: Call): Promise<Answer> {
    for (let failures = 0; ; failures++) {
      try {
        return await attempt<Answer>(request)
      } catch (error) {
        if (failures >= retries || signal?.aborted || !isPassing(error)) throw error
        await wait(delayOf(error, failures), signal)
      }
    }
  }

  return {
    apiUrl,
    info: () => call(routeOf('info')),
    nonce: () => call(routeOf('nonce')),
    echo: (nonce) => call(routeOf('echo', '', `?${new URLSearchParams({ nonce })}`)),
    join: (body) => call({ ...routeOf('join'), body }),
    leave: (stream, body) => call({ ...routeOf('leave', stream), body }),
    receipts: (body) => call({ ...routeOf('receipts'), body }),
    relay: (body) => attempt({ ...routeOf('relay'), body }),
  }
}

function routeOf(name: keyof typeof routes, stream = '', query = ''): Call {
  const { path, response } = routes[name]
  return { path: path.replace(':stream', stream) + query, response }
}

/** Whether the same call may succeed in a moment. */
function isPassing(error: unknown): boolean {
  if (error instanceof GatewayError) return error.status === 429 || error.status === 503
  return error instanceof EngineError && error.code === 'GATEWAY_UNREACHABLE'
}

/** As long as the node asks, but never long enough to hang a person's screen. */
function delayOf(error: unknown, failures: number): number {
  const asked = error instanceof GatewayError ? (error.retryAfter ?? 0) * 1000 : 0
  return Math.min(Math.max(asked, 200 * 2 ** failures), 5_000)
}

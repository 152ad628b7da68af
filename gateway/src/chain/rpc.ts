// One JSON-RPC call over HTTP. viem's own transport builds a `Request`, a `Response` and their streams for each call, which
// takes a third of what a join costs the gateway; undici's `request` does not. The errors are viem's.
import { Agent, interceptors, request } from 'undici'
import { HttpRequestError, RpcRequestError, TimeoutError } from 'viem'

export type RpcCall = { method: string; params?: unknown }

/** Bytes of an answer: a page of event logs has some hundred thousand. */
const LARGEST_ANSWER = 10 * 2 ** 20

const dispatcher = new Agent({ maxResponseSize: LARGEST_ANSWER }).compose(interceptors.redirect({ maxRedirections: 2 }))
let lastId = 0

/**
 * @param url With or without a user and a password.
 * @param timeout Milliseconds for the whole answer.
 * @returns the answer's `result`. The call throws a `RpcRequestError` when the endpoint answers with an error, a
 * `TimeoutError` or a `HttpRequestError` when it gives no answer.
 */
export function rpcOver(url: string, timeout: number): (call: RpcCall) => Promise<unknown> {
  const target = new URL(url)
  const { username, password } = target
  target.username = ''
  target.password = ''
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    // Some providers refuse whoever gives no name.
    'user-agent': 'x4pn-gateway',
    ...(username === '' ? {} : { authorization: `Basic ${credentials}` }),
  }

  return async ({ method, params }) => {
    const body = { jsonrpc: '2.0', id: ++lastId, method, params }
    const options = { dispatcher, method: 'POST', headers, body: JSON.stringify(body) } as const
    const { statusCode, text } = await request(target, { ...options, signal: AbortSignal.timeout(timeout) })
      .then(async (answer) => ({ statusCode: answer.statusCode, text: await answer.body.text() }))
      .catch((cause: Error) => {
        if (cause.name === 'TimeoutError') throw new TimeoutError({ body, url })
        throw new HttpRequestError({ body, url, cause, details: cause.message })
      })
    const answer = parse(text)
    if (answer?.error) throw new RpcRequestError({ body, url, error: answer.error })
    if (statusCode >= 300 || !answer) {
      throw new HttpRequestError({ body, url, status: statusCode, details: text.slice(0, 200) })
    }
    return answer.result
  }
}

type Answer = { result?: unknown; error?: { code: number; message: string; data?: unknown } }

function parse(text: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    return typeof answer === 'object' && answer !== null ? answer : undefined
  } catch {
    return undefined
  }
}

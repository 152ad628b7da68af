// JSON-RPC over HTTP. viem's own transport builds a `Request`, a `Response` and their streams for each call, which takes
// a third of what a join costs the gateway; undici's `request` does not. Readings of streams that are asked for at the
// same time go in one request: a crowd that joins is one question to the endpoint. The errors are viem's.
import { Agent, interceptors, request } from 'undici'
import { HttpRequestError, RpcRequestError, TimeoutError } from 'viem'

/** `together`: it may go in one request with others that are asked for at the same time. */
export type RpcCall = { method: string; params?: unknown; together?: true }

/** Bytes of an answer: a page of event logs has some hundred thousand. */
const LARGEST_ANSWER = 10 * 2 ** 20
/** Calls in one request; some providers take no more than 50. */
const LARGEST_BATCH = 32
/** Milliseconds that the first one waits for others: next to nothing beside the way to an endpoint. */
const GATHER = 2

const dispatcher = new Agent({ maxResponseSize: LARGEST_ANSWER }).compose(interceptors.redirect({ maxRedirections: 2 }))
let lastId = 0

type Body = { jsonrpc: '2.0'; id: number; method: string; params: unknown }
type Answer = { id?: unknown; result?: unknown; error?: { code: number; message: string; data?: unknown } }
type Waiting = { body: Body; done: (result: unknown) => void; failed: (error: unknown) => void }

/**
 * @param url With or without a user and a password.
 * @param timeout Milliseconds for the whole answer.
 * @returns the answer's `result`. The call throws a `RpcRequestError` when the endpoint answers with an error, a
 * `TimeoutError` or a `HttpRequestError` when it gives no answer.
 */
export function rpcOver(url: string, timeout: number): (call: RpcCall) => Promise<unknown> {
  const post = poster(url, timeout)
  /** Until the endpoint has shown that it does not. */
  let takesBatches = true
  let waiting: Waiting[] = []

  const alone = async (body: Body): Promise<unknown> => {
    const { status, text } = await post(body)
    const answer = parse(text)
    const known = typeof answer === 'object' && answer !== null ? (answer as Answer) : undefined
    if (known?.error) throw new RpcRequestError({ body, url, error: known.error })
    if (status >= 300 || !known) throw new HttpRequestError({ body, url, status, details: text.slice(0, 200) })
    return known.result
  }
  const askTogether = async (batch: readonly Waiting[]): Promise<void> => {
    const body = batch.map((each) => each.body)
    const { status, text } = await post(body)
    const answers = parse(text)
    if (!Array.isArray(answers)) {
      const isBusy = status === 429 || status >= 500
      if (isBusy) throw new HttpRequestError({ body, url, status, details: text.slice(0, 200) })
      takesBatches = false
      for (const each of batch) settle(each, alone(each.body))
      return
    }
    const byId = new Map(answers.map((answer: Answer | null) => [String(answer?.id), answer]))
    // Who refuses a batch by a list of one error has answered the first call at most.
    if (batch.some((each) => !byId.has(String(each.body.id)))) takesBatches = false
    for (const each of batch) {
      const answer = byId.get(String(each.body.id))
      if (!answer || (!takesBatches && answer.error)) settle(each, alone(each.body))
      else if (answer.error) each.failed(new RpcRequestError({ body: each.body, url, error: answer.error }))
      else each.done(answer.result)
    }
  }
  const flush = () => {
    const all = waiting
    waiting = []
    while (all.length > 0) {
      const batch = all.splice(0, takesBatches ? LARGEST_BATCH : 1)
      const [first] = batch
      if (first && batch.length === 1) settle(first, alone(first.body))
      else {
        askTogether(batch).catch((error: unknown) => {
          for (const { failed } of batch) failed(error)
        })
      }
    }
  }

  return ({ method, params, together }) => {
    const body: Body = { jsonrpc: '2.0', id: ++lastId, method, params }
    if (!together) return alone(body)
    return new Promise((done, failed) => {
      if (waiting.length === 0) setTimeout(flush, GATHER)
      waiting.push({ body, done, failed })
    })
  }
}

const settle = ({ done, failed }: Waiting, result: Promise<unknown>) => void result.then(done, failed)

function poster(url: string, timeout: number) {
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
  return async (body: Body | Body[]): Promise<{ status: number; text: string }> => {
    // Not `AbortSignal.timeout`: it goes off, and makes an error, also when the answer has long been there.
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), timeout)
    const options = { dispatcher, method: 'POST', headers, body: JSON.stringify(body), signal: late.signal } as const
    try {
      const answer = await request(target, options)
      return { status: answer.statusCode, text: await answer.body.text() }
    } catch (error) {
      if (late.signal.aborted) throw new TimeoutError({ body, url })
      const cause = error as Error
      throw new HttpRequestError({ body, url, cause, details: cause.message })
    } finally {
      clearTimeout(timer)
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

// Live usage of a session. What has been silent for three seconds is opened again: when a full tunnel comes up under a
// page, its streams go silent without an error.
import { routes, Usage } from '@x4pn/gateway-api'
import { Value } from 'typebox/value'
import { EngineError, GatewayError } from './errors.ts'
import { type Fetch, requestDefaults } from './gateway-client.ts'
import { errorOf, parseJson, readText } from './http-answer.ts'
import type { SessionRecord } from './records.ts'
import { createSseParser } from './sse-parser.ts'
import { wait } from './wait.ts'

export type UsageStreamOptions = {
  session: Pick<SessionRecord, 'apiUrl' | 'stream' | 'token'>
  /** Ends the iteration. */
  signal: AbortSignal
  fetch?: Fetch
  silenceMs?: number
  /** Told why each time, before it is opened again. */
  onReopen?: (reason: EngineError) => void
}

const MOST_BACKOFF_MS = 2_000
/**
 * For the first byte of a connection, doubled with each failure in a row: right after a tunnel has changed, a browser may
 * send a request over an old connection that leads nowhere.
 */
const FIRST_BYTE_MS = 750
const MOST_FIRST_BYTE_MS = 12_000

/**
 * Iterates until `signal` aborts. Throws only what opening again cannot mend: `TOKEN_INVALID` and `STREAM_NOT_JOINED`
 * (join again), and other refusals of the gateway.
 */
export async function* usageStream(options: UsageStreamOptions): AsyncGenerator<Usage, void, void> {
  const { signal, onReopen } = options
  let failures = 0
  while (!signal.aborted) {
    try {
      const firstByteMs = Math.min(FIRST_BYTE_MS * 2 ** failures, MOST_FIRST_BYTE_MS)
      for await (const usage of connection(options, firstByteMs)) {
        failures = 0
        yield usage
      }
      throw new EngineError('GATEWAY_UNREACHABLE', { details: 'the usage stream ended' })
    } catch (cause) {
      if (signal.aborted) return
      const error = cause instanceof EngineError ? cause : new EngineError('GATEWAY_UNREACHABLE', { cause })
      if (isFinal(error)) throw error
      onReopen?.(error)
      // The first time at once: a new request works where the old one hangs.
      await wait(failures === 0 ? 0 : Math.min(125 * 2 ** failures, MOST_BACKOFF_MS), signal)
      failures++
    }
  }
}

/** One connection: ends or throws when it breaks or falls silent. */
async function* connection(options: UsageStreamOptions, firstByteMs: number): AsyncGenerator<Usage, void, void> {
  const { session, signal, fetch = globalThis.fetch, silenceMs = 3_000 } = options
  const silence = new AbortController()
  const silent = new EngineError('GATEWAY_UNREACHABLE', { details: `silent for ${silenceMs} ms` })
  let timer = setTimeout(() => silence.abort(silent), firstByteMs)
  try {
    const answer = await fetch(`${session.apiUrl}${routes.usage.path.replace(':stream', session.stream)}`, {
      ...requestDefaults,
      headers: { accept: 'text/event-stream', authorization: `Bearer ${session.token}` },
      signal: AbortSignal.any([signal, silence.signal]),
    })
    if (!answer.ok) throw errorOf(answer, await readText(answer))
    if (!answer.body) return
    const parse = createSseParser()
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      clearTimeout(timer)
      if (done) return
      // While the consumer works, nobody listens, and nobody may call it silence.
      for (const { event, data } of parse(value)) if (event === 'usage') yield toUsage(data, session.stream)
      timer = setTimeout(() => silence.abort(silent), silenceMs)
    }
  } finally {
    clearTimeout(timer)
    // Also reached when the consumer stops iterating: the connection must not stay open behind it.
    silence.abort(silent)
  }
}

function toUsage(data: string, stream: string): Usage {
  const usage = parseJson(data)
  if (!Value.Check(Usage, usage) || usage.stream.toLowerCase() !== stream.toLowerCase()) {
    throw new EngineError('GATEWAY_ANSWER_INVALID', { details: data.slice(0, 200) })
  }
  return usage
}

function isFinal(error: EngineError): boolean {
  return error instanceof GatewayError && error.status < 500 && error.status !== 429
}

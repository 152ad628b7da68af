// Reads what a stranger's server answers: never more than it may say, never taken for more than it is.
import { ErrorBody } from '@x4pn/gateway-api'
import { Value } from 'typebox/value'
import { EngineError, GatewayError } from './errors.ts'

/** No JSON answer of the API comes near it. */
const MOST_BYTES = 1 << 20

/** The body as text; one without an end is cut off. */
export async function readText(answer: Response): Promise<string> {
  if (!answer.body) return ''
  const reader = answer.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > MOST_BYTES) {
      await reader.cancel()
      throw new EngineError('GATEWAY_ANSWER_INVALID', { details: `more than ${MOST_BYTES} bytes` })
    }
    text += decoder.decode(value, { stream: true })
  }
}

/** Undefined where it is not JSON; no schema takes that. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The gateway's own error; or, from something in between, that the node cannot be reached or says nonsense. */
export function errorOf(answer: Response, text: string): EngineError {
  const body = parseJson(text)
  if (Value.Check(ErrorBody, body)) {
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
    return new GatewayError(body, answer.status, Number.isFinite(seconds) ? seconds : undefined)
  }
  const details = `HTTP ${answer.status} from ${answer.url}`
  return new EngineError(answer.status >= 500 ? 'GATEWAY_UNREACHABLE' : 'GATEWAY_ANSWER_INVALID', { details })
}

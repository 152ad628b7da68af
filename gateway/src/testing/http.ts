// HTTP as a client does it, with a new connection each time and with any header, also those that a page cannot set.
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ErrorCode } from '@x4pn/gateway-api'

export type Answer<Body> = { status: number; headers: IncomingHttpHeaders; body: Body }
export type Failure = { error: { code: ErrorCode; message: string; fix: string; details?: string } }
export type Asking = { method?: string; headers?: Record<string, string>; body?: unknown; from?: string }

export function open(url: string, { method, headers, body, from }: Asking = {}): Promise<IncomingMessage> {
  return new Promise((answered, failed) => {
    const content = body === undefined ? undefined : JSON.stringify(body)
    const request = httpRequest(url, {
      method: method ?? (content === undefined ? 'GET' : 'POST'),
      agent: false,
      ...(from === undefined ? {} : { localAddress: from }),
      headers: { ...(content === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    })
    request.once('error', failed)
    request.once('response', answered)
    request.end(content)
  })
}

export async function ask<Body = Failure>(url: string, asking?: Asking): Promise<Answer<Body>> {
  const response = await open(url, asking)
  const content = await text(response)
  const body = (content === '' ? undefined : JSON.parse(content)) as Body
  return { status: response.statusCode ?? 0, headers: response.headers, body }
}

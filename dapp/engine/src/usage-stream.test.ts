import type { ServerResponse } from 'node:http'
import { type ErrorBody, errorTable, type Usage } from '@x4pn/gateway-api'
import { expect, test } from 'vitest'
import { usageOf } from './testing/fake-node.ts'
import { sendJson, serve } from './testing/serve.ts'
import { usageStream } from './usage-stream.ts'

const stream = `0x${'77'.repeat(32)}` as const
const SILENCE = 120

function event(usedBytes: number, of: `0x${string}` = stream): string {
  return `event: usage\r\ndata: ${JSON.stringify(usageOf(of, { usedBytes: String(usedBytes) }))}\r\n\r\n`
}

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
}

/** Takes `count` events, then ends. */
async function take(apiUrl: string, count: number, reasons: string[] = []): Promise<string[]> {
  const end = new AbortController()
  const seen: string[] = []
  const onReopen = (error: Error) => reasons.push(error.message)
  const options = { session: { apiUrl, stream, token: 'secret' }, signal: end.signal, silenceMs: SILENCE, onReopen }
  for await (const usage of usageStream(options)) {
    seen.push((usage satisfies Usage).usedBytes)
    if (seen.length === count) end.abort()
  }
  return seen
}

test('default: events behind the bearer token, whatever else the node sends', async () => {
  let seen: unknown
  const apiUrl = await serve((request, response) => {
    seen = [request.url, request.headers.authorization]
    begin(response)
    response.write(`: alive\n\nevent: counters\ndata: {}\n\n${event(1)}${event(2).slice(0, 40)}`)
    setTimeout(() => response.write(event(2).slice(40)), 30)
  })
  expect(await take(apiUrl, 2)).toEqual(['1', '2'])
  expect(seen).toEqual([`/v1/sessions/${stream}/usage`, 'Bearer secret'])
})

test('behaviour: a stream that falls silent without an error is opened again', async () => {
  let connections = 0
  let closed = 0
  const apiUrl = await serve((request, response) => {
    connections++
    request.on('close', () => closed++)
    begin(response)
    response.write(event(connections))
  })
  const reasons: string[] = []
  expect(await take(apiUrl, 3, reasons)).toEqual(['1', '2', '3'])
  expect(reasons).toEqual(Array(2).fill(expect.stringContaining('silent for 120 ms')))
  await expect.poll(() => closed).toBe(3)
})

test('behaviour: one that never answers is opened again', async () => {
  let connections = 0
  const apiUrl = await serve((_, response) => {
    connections++
    if (connections === 1) return
    begin(response)
    response.write(event(1))
  })
  expect(await take(apiUrl, 1)).toEqual(['1'])
})

test('behaviour: keepalive comments are no silence', async () => {
  let connections = 0
  const apiUrl = await serve((_, response) => {
    connections++
    begin(response)
    response.write(event(1))
    const timer = setInterval(() => response.write(': alive\n\n'), SILENCE / 4)
    setTimeout(() => response.write(event(2)), SILENCE * 3)
    response.on('close', () => clearInterval(timer))
  })
  expect(await take(apiUrl, 2)).toEqual(['1', '2'])
  expect(connections).toBe(1)
})

test('behaviour: a slow consumer is not silence', async () => {
  const apiUrl = await serve((_, response) => {
    begin(response)
    response.write(event(1) + event(2))
  })
  const end = new AbortController()
  const reasons: Error[] = []
  const session = { apiUrl, stream, token: 't' }
  const onReopen = (error: Error) => reasons.push(error)
  for await (const usage of usageStream({ session, signal: end.signal, silenceMs: SILENCE, onReopen })) {
    await new Promise((resolve) => setTimeout(resolve, SILENCE * 2))
    if (usage.usedBytes === '2') end.abort()
  }
  expect(reasons).toEqual([])
})

test("behaviour: broken, busy and another stream's events are left behind", async () => {
  let connections = 0
  const { message, fix } = errorTable.RATE_LIMITED
  const busy: ErrorBody = { error: { code: 'RATE_LIMITED', message, fix } }
  const apiUrl = await serve((_, response) => {
    connections++
    if (connections === 1) return void response.destroy()
    if (connections === 2) return sendJson(response, busy, 429)
    begin(response)
    response.write(connections === 3 ? event(9, `0x${'88'.repeat(32)}`) : event(1))
  })
  const reasons: string[] = []
  expect(await take(apiUrl, 1, reasons)).toEqual(['1'])
  expect(reasons).toHaveLength(3)
})

test('behaviour: what joining again must mend is thrown', async () => {
  const { message, fix, status } = errorTable.TOKEN_INVALID
  const apiUrl = await serve((_, response) =>
    sendJson(response, { error: { code: 'TOKEN_INVALID', message, fix } }, status),
  )
  await expect(take(apiUrl, 1)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
})

test('behaviour: stopping to iterate closes the connection', async () => {
  let closed = false
  const apiUrl = await serve((request, response) => {
    request.on('close', () => {
      closed = true
    })
    begin(response)
    response.write(event(1))
  })
  const { signal } = new AbortController()
  for await (const _ of usageStream({ session: { apiUrl, stream, token: 't' }, signal })) break
  await expect.poll(() => closed).toBe(true)
})

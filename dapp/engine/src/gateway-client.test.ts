import { errorTable } from '@x4pn/gateway-api'
import { describe, expect, test } from 'vitest'
import { GatewayError } from './errors.ts'
import { gatewayClient } from './gateway-client.ts'
import { fakeNode, usageOf } from './testing/fake-node.ts'
import { readJson, sendJson, serve } from './testing/serve.ts'

const stream = `0x${'77'.repeat(32)}` as const
const request = { message: 'm', signature: `0x${'11'.repeat(65)}`, user: stream.slice(0, 42) as `0x${string}` } as const
const leaving = { ...request, sessionKey: request.user }

function errorBody(code: keyof typeof errorTable) {
  const { message, fix } = errorTable[code]
  return { error: { code, message, fix, details: 'the value' } }
}

test('default: a checked answer', async () => {
  const info = await fakeNode().info()
  const apiUrl = await serve((_, response) => sendJson(response, info))
  expect(await gatewayClient({ apiUrl }).info()).toEqual(info)
})

test('behaviour: each route goes to its path, with its body', async () => {
  const seen: unknown[] = []
  const apiUrl = await serve(async (incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`, incoming.method === 'POST' ? await readJson(incoming) : undefined)
    sendJson(response, { results: [{ usage: usageOf(stream) }] })
  })
  const client = gatewayClient({ apiUrl, retries: 0 })
  const item = { user: request.user, cumulative: '1', rate: '0', start: 0, until: 0, signature: request.signature }
  expect((await client.receipts({ receipts: [item] })).results).toHaveLength(1)
  await client.leave(stream, leaving).catch(() => undefined)
  await client.echo('a_b').catch(() => undefined)
  expect(seen).toEqual([
    'POST /v1/receipts',
    { receipts: [item] },
    `POST /v1/sessions/${stream}/leave`,
    leaving,
    'GET /v1/echo?nonce=a_b',
    undefined,
  ])
})

describe("the gateway's errors", () => {
  test.each(['STREAM_UNFUNDED', 'NONCE_INVALID', 'STREAM_LEFT', 'INTERNAL'] as const)('%s', async (code) => {
    const { status, message, fix } = errorTable[code]
    const apiUrl = await serve((_, response) => sendJson(response, errorBody(code), status))
    const failure = await gatewayClient({ apiUrl })
      .leave(stream, leaving)
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(GatewayError)
    expect(failure).toMatchObject({ code, status, shortMessage: message, fix, details: 'the value' })
  })

  test('behaviour: what something in between says is not taken for the gateway', async () => {
    const apiUrl = await serve((_, response) => void response.writeHead(502).end('<h1>Bad gateway</h1>'))
    await expect(gatewayClient({ apiUrl, retries: 0 }).info()).rejects.toMatchObject({
      code: 'GATEWAY_UNREACHABLE',
      details: expect.stringContaining('502'),
    })
  })
})

describe('answers that are not in the API', () => {
  test.each([
    ['not JSON', 'hello'],
    ['a missing field', JSON.stringify({ nonce: 'abcdefgh12345678' })],
    ['a nonce with a line of its own', JSON.stringify({ nonce: 'abcdefgh12345678\n', expiresAt: 1 })],
    ['too much', JSON.stringify({ nonce: 'abcdefgh12345678', expiresAt: 1, more: 'x'.repeat(2 << 20) })],
  ])('%s', async (_, text) => {
    const apiUrl = await serve((__, response) => void response.end(text))
    await expect(gatewayClient({ apiUrl }).nonce()).rejects.toMatchObject({ code: 'GATEWAY_ANSWER_INVALID' })
  })

  test('behaviour: it cannot send the client elsewhere', async () => {
    const elsewhere = await serve((_, response) => sendJson(response, { nonce: 'abcdefgh12345678', expiresAt: 1 }))
    const apiUrl = await serve((_, response) => void response.writeHead(307, { location: elsewhere }).end())
    await expect(gatewayClient({ apiUrl, retries: 0 }).nonce()).rejects.toMatchObject({ code: 'GATEWAY_UNREACHABLE' })
  })
})

describe('retries', () => {
  test('behaviour: reading again, as long as Retry-After says', async () => {
    let calls = 0
    const apiUrl = await serve((_, response) => {
      calls++
      if (calls === 1) sendJson(response, errorBody('RATE_LIMITED'), 429, { 'retry-after': '1' })
      else sendJson(response, { nonce: 'abcdefgh12345678', expiresAt: 1 })
    })
    const before = performance.now()
    await gatewayClient({ apiUrl }).nonce()
    expect(performance.now() - before).toBeGreaterThan(950)
    expect(calls).toBe(2)
  })

  test('behaviour: an answer that was lost is asked for again, with the same sign-in', async () => {
    const bodies: unknown[] = []
    const apiUrl = await serve(async (incoming, response) => {
      bodies.push(await readJson(incoming))
      response.destroy()
    })
    const join = gatewayClient({ apiUrl }).join({ ...leaving, wireguardKey: stream })
    await expect(join).rejects.toMatchObject({ code: 'GATEWAY_UNREACHABLE' })
    expect(bodies).toEqual(Array(3).fill({ ...leaving, wireguardKey: stream }))
  })

  test('behaviour: what will be no different is not asked again', async () => {
    let calls = 0
    const apiUrl = await serve((_, response) => {
      calls++
      sendJson(response, errorBody('STREAM_UNFUNDED'), 402)
    })
    await expect(gatewayClient({ apiUrl }).info()).rejects.toMatchObject({ code: 'STREAM_UNFUNDED' })
    expect(calls).toBe(1)
  })

  test('behaviour: silence ends an attempt', async () => {
    const apiUrl = await serve(() => undefined)
    const info = gatewayClient({ apiUrl, timeoutMs: 50, retries: 1 }).info()
    await expect(info).rejects.toMatchObject({ code: 'GATEWAY_UNREACHABLE' })
  })
})

test('behaviour: a URL that is none is not called', () => {
  const failure = expect.objectContaining({ code: 'NODE_URL_INVALID' })
  expect(() => gatewayClient({ apiUrl: 'javascript:alert(1)' })).toThrow(failure)
})

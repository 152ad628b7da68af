// The server as pages and strangers see it: origins, limits, errors, and live usage.
import type { IncomingMessage } from 'node:http'
import { exitPolicyHash, nodeCommitment, nodeTypes, sessionsDomain } from '@x4pn/contracts'
import {
  type EchoResponse,
  errorTable,
  type NodeInfo,
  routes,
  type SignedCounters,
  type Usage,
} from '@x4pn/gateway-api'
import { verifyTypedData } from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'
import { ask, open } from '../testing/http.ts'
import type { TestStream } from '../testing/network.ts'
import { PRICE_PER_GIB } from '../testing/register.ts'
import { outcome, startTestGateway, until } from '../testing/test-gateway.ts'
import { gateway, network, useGateway } from '../testing/use-gateway.ts'
import { costly } from './limits.ts'

let stream: TestStream
let token: string

useGateway()
beforeAll(async () => {
  stream = await network.openStream(gateway.node)
  token = (await gateway.join(stream)).body.token
})

const domain = () => sessionsDomain({ chainId: network.deployment.chainId, contract: network.deployment.sessions })

test('what the node offers is signed, and what the registry holds', async () => {
  const { body } = await ask<NodeInfo>(`${gateway.apiUrl}/v1/info`)
  const { signature, simulated, chainId: _, sessions: __, exitPolicy: ___, ...said } = body
  expect(simulated).toBe(true)
  expect(body.exitPolicy).toEqual(gateway.config.exitPolicy)
  expect(body.exitPolicyHash).toBe(exitPolicyHash(body.exitPolicy))
  const args = [gateway.node] as const
  const { params } = await network.publicClient.readContract({
    ...network.contracts.registry,
    functionName: 'nodeOf',
    args,
  })
  expect(params.commitment).toBe(nodeCommitment(body.wireguardKey, exitPolicyHash(body.exitPolicy)))
  expect(body.pricePerGiB).toBe(String(PRICE_PER_GIB))
  const money = ['pricePerGiB', 'pricePerHour', 'allowance', 'minimumDeposit', 'relayFee'] as const
  const amounts = Object.fromEntries(money.map((name) => [name, BigInt(body[name])])) as Record<
    (typeof money)[number],
    bigint
  >
  const address = gateway.node
  const message = { ...said, ...amounts }
  const signed = {
    address,
    domain: domain(),
    types: nodeTypes,
    primaryType: 'NodeStatement',
    message,
    signature,
  } as const
  expect(await verifyTypedData(signed)).toBe(true)
})

test("the caller's address, signed over the caller's nonce", async () => {
  const { body, headers } = await ask<EchoResponse>(`${gateway.apiUrl}/v1/echo?nonce=mine-1`)
  const { signature, ...message } = body
  expect(message).toMatchObject({ caller: '127.0.0.1', nonce: 'mine-1', node: gateway.node })
  expect(headers['cache-control']).toBe('no-store')
  const signed = { domain: domain(), types: nodeTypes, primaryType: 'Echo', message, signature } as const
  expect(await verifyTypedData({ address: gateway.node, ...signed })).toBe(true)
  expect(outcome(await ask(`${gateway.apiUrl}/v1/echo?nonce=a%20b`))).toBe('BAD_REQUEST')
})

describe('pages', () => {
  test.each(['https://app.example', 'https://bafy.ipfs.dweb.link:8443', 'http://localhost:5173', 'null'])(
    '%s may ask, also with a bearer token',
    async (origin) => {
      const answer = await ask(`${gateway.apiUrl}${routes.usage.path.replace(':stream', stream.stream)}`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'authorization',
        },
      })
      expect(answer.status).toBe(204)
      expect(answer.headers['access-control-allow-origin']).toBe(origin)
      expect(answer.headers['access-control-allow-headers']).toMatch(/authorization/i)
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
    },
  )

  test('may post JSON, and read Retry-After and errors', async () => {
    const origin = 'https://app.example'
    const preflight = await ask(`${gateway.apiUrl}/v1/sessions`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    })
    expect(preflight.headers['access-control-allow-methods']).toContain('POST')
    expect(preflight.headers['access-control-allow-headers']).toMatch(/content-type/i)
    const refused = await ask(`${gateway.apiUrl}/v1/sessions`, { body: {}, headers: { origin } })
    expect(outcome(refused)).toBe('BAD_REQUEST')
    expect(refused.headers['access-control-allow-origin']).toBe(origin)
    expect(refused.headers['access-control-expose-headers']).toContain('retry-after')
  })
})

describe('errors', () => {
  test('every one has the shape of the table', async () => {
    const { status, body } = await ask(`${gateway.apiUrl}/nowhere`)
    expect([status, body.error]).toEqual([
      404,
      { code: 'NOT_FOUND', message: errorTable.NOT_FOUND.message, fix: errorTable.NOT_FOUND.fix },
    ])
  })

  test.each<[string, { method?: string; headers?: Record<string, string>; body?: unknown }, string]>([
    ['a body that is not JSON', { method: 'POST', headers: { 'content-type': 'application/json' } }, 'BAD_REQUEST'],
    ['another type', { body: {}, headers: { 'content-type': 'text/plain' } }, 'BAD_REQUEST'],
    ['far too large a body', { body: 'x'.repeat(300_000) }, 'BAD_REQUEST'],
    ['another method', { method: 'PUT' }, 'NOT_FOUND'],
  ])('%s', async (_, asking, code) => {
    expect(outcome(await ask(`${gateway.apiUrl}/v1/receipts`, asking))).toBe(code)
  })

  test('a wrong shape is named', async () => {
    const { body } = await ask(`${gateway.apiUrl}/v1/receipts`, { body: { receipts: [{ user: '0x12' }] } })
    expect(body.error.details).toMatch(/receipts/)
  })
})

describe('pitfall 34: one address asks only so often', () => {
  test('what costs a signature is limited by itself, with Retry-After, and the rest goes on', async () => {
    const own = await startTestGateway(network)
    const answers = []
    for (let index = 0; index <= costly(gateway.config).rateLimit.max; index++) {
      answers.push(await ask(`${own.apiUrl}/v1/echo?nonce=${index}`))
    }
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(costly(gateway.config).rateLimit.max)
    const last = answers.at(-1)
    expect(last && outcome(last)).toBe('RATE_LIMITED')
    expect(last?.status).toBe(429)
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0)
    expect((await ask(`${own.apiUrl}/v1/nonce`)).status).toBe(200)
    await own.stop()
  })
})

describe('live usage', () => {
  const path = (id: string = stream.stream) => `${gateway.apiUrl}/v1/sessions/${id}/usage`
  const bearer = () => ({ headers: { authorization: `Bearer ${token}` } })
  /** Reads events until `enough`, then hangs up. */
  async function events(response: IncomingMessage, enough: (usage: Usage[]) => boolean): Promise<Usage[]> {
    const seen: Usage[] = []
    let rest = ''
    for await (const chunk of response.setEncoding('utf8')) {
      const parts = (rest + chunk).split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? []
        if (event === 'usage' && data !== undefined) seen.push(JSON.parse(data))
      }
      if (enough(seen)) break
    }
    return seen
  }

  test('at once, again and again, and as bytes pass', async () => {
    const response = await open(path(), bearer())
    expect(response.headers['content-type']).toBe('text/event-stream')
    gateway.tunnel.pass(stream.stream, 777n)
    const seen = await events(response, (usage) => usage.some(({ usedBytes }) => usedBytes === '777'))
    expect(seen[0]).toMatchObject({ stream: stream.stream, served: true })
  })

  test('the node signs its count for whoever begins to listen', async () => {
    const response = await open(path(), bearer())
    let said = ''
    for await (const chunk of response.setEncoding('utf8')) {
      said += chunk
      if (/event: counters\ndata: .*\n/.test(said)) break
    }
    const [, data = ''] = /event: counters\ndata: (.*)\n/.exec(said) ?? []
    const { signature, usedBytes, owed, ...rest } = JSON.parse(data) as SignedCounters
    const message = { ...rest, usedBytes: BigInt(usedBytes), owed: BigInt(owed) }
    const statement = { address: gateway.node, domain: domain(), types: nodeTypes, message, signature }
    expect(await verifyTypedData({ ...statement, primaryType: 'Counters' })).toBe(true)
    expect(rest.stream).toBe(stream.stream)
  })

  test('not without the token of this stream', async () => {
    const other = await network.openStream(gateway.node)
    const foreign = (await gateway.join(other)).body.token
    expect(outcome(await ask(path()))).toBe('TOKEN_INVALID')
    expect(outcome(await ask(path(), { headers: { authorization: `Bearer ${foreign}` } }))).toBe('TOKEN_INVALID')
    expect(outcome(await ask(path(other.stream), bearer()))).toBe('TOKEN_INVALID')
    expect(outcome(await ask(path(), { ...bearer(), method: 'HEAD' }))).toBe('404')
  })

  test('a listener more than four ends the oldest', async () => {
    const all: IncomingMessage[] = []
    for (let index = 0; index < 5; index++) all.push(await open(path(), bearer()))
    const [oldest, ...others] = all
    let ended = false
    oldest
      ?.on('error', () => {})
      .on('close', () => {
        ended = true
      })
    oldest?.resume()
    await until(() => ended)
    for (const response of others)
      expect((await events(response, (usage) => usage.length > 1)).length).toBeGreaterThan(1)
  })
})

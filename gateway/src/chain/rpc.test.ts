// One call over HTTP: what an endpoint may answer, and which error each becomes.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HttpRequestError, RpcRequestError, TimeoutError } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rpcOver } from './rpc.ts'

let answer: (response: ServerResponse, request: IncomingMessage, body: string) => void
const server = createServer(async (request, response) => {
  let body = ''
  for await (const data of request) body += data
  answer(response, request, body)
})
let url: string
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/path`
})
afterAll(() => void server.close())
beforeEach(() => {
  answer = (response, _, body) => response.end(JSON.stringify({ id: JSON.parse(body).id, result: body }))
})
const CALL = { method: 'eth_chainId', params: ['latest'] }
const says = (text: string, status = 200) => {
  answer = (response) => response.writeHead(status).end(text)
}

test('a call and its result', async () => {
  const sent = JSON.parse((await rpcOver(url, 1_000)(CALL)) as string)
  expect(sent).toMatchObject({ jsonrpc: '2.0', ...CALL })
  says('{"result":null}')
  expect(await rpcOver(url, 1_000)(CALL)).toBe(null)
})

test('user and password of the URL go into the header, and not into the request line', async () => {
  answer = (response, { headers, url: path }) =>
    response.end(JSON.stringify({ result: { path, authorization: headers.authorization } }))
  const withCredentials = url.replace('//', '//me:p%40ss@')
  expect(await rpcOver(withCredentials, 1_000)(CALL)).toEqual({
    path: '/path',
    authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
  })
})

test('it gives its name, and follows a redirection', async () => {
  answer = (response, { headers, url: path }, body) =>
    path === '/path'
      ? response.writeHead(308, { location: '/elsewhere' }).end()
      : response.end(
          JSON.stringify({ result: { path, agent: headers['user-agent'], method: JSON.parse(body).method } }),
        )
  const followed = { path: '/elsewhere', agent: 'x4pn-gateway', method: CALL.method }
  expect(await rpcOver(url, 1_000)(CALL)).toEqual(followed)
})

test('an error of the chain, whatever the status', async () => {
  for (const status of [200, 400, 429]) {
    says('{"error":{"code":3,"message":"execution reverted","data":"0x12"}}', status)
    const error = await rpcOver(url, 1_000)(CALL).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(RpcRequestError)
    expect(error).toMatchObject({ code: 3, data: '0x12', details: 'execution reverted' })
  }
})

test.each([
  ['429 without JSON', () => says('slow down', 429)],
  ['500 with a result', () => says('{"result":"0x1"}', 500)],
  ['half an answer', () => says('{"result":"0x')],
  ['no JSON', () => says('<html>')],
  ['JSON that is no object', () => says('7')],
  [
    'a connection that ends',
    () => {
      answer = (response) =>
        void response.writeHead(200, { 'content-length': 100 }).write('{"res', () => response.destroy())
    },
  ],
  ['more than is read', () => says(`{"result":"${'x'.repeat(11 * 2 ** 20)}"}`)],
])('%s is no answer', async (_, prepare) => {
  prepare()
  await expect(rpcOver(url, 5_000)(CALL)).rejects.toBeInstanceOf(HttpRequestError)
})

test('silence, and an answer that never ends, are given up', async () => {
  answer = () => {}
  await expect(rpcOver(url, 100)(CALL)).rejects.toBeInstanceOf(TimeoutError)
  answer = (response) => void response.writeHead(200).write('{')
  await expect(rpcOver(url, 100)(CALL)).rejects.toBeInstanceOf(TimeoutError)
  await expect(rpcOver('http://127.0.0.1:1', 1_000)(CALL)).rejects.toBeInstanceOf(HttpRequestError)
})

describe('readings that are asked for at once', () => {
  const READING = { method: 'eth_call', params: ['0x01'], together: true as const }
  let requests: (Sent | Sent[])[]
  type Sent = { id: number; method: string; params: unknown[] }
  const answerEach = (result: (sent: Sent) => object) => {
    requests = []
    answer = (response, _, body) => {
      const sent = JSON.parse(body) as Sent | Sent[]
      requests.push(sent)
      const answers = [sent].flat().map((one) => ({ id: one.id, ...result(one) }))
      response.end(JSON.stringify(Array.isArray(sent) ? answers.reverse() : answers[0]))
    }
  }
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...READING, params: [index] }))

  test('go in one request, and each gets its own answer, in whatever order they come', async () => {
    answerEach(({ params: [index] }) => (index === 7 ? { error: { code: 3, message: 'no' } } : { result: index }))
    const ask = rpcOver(url, 1_000)
    const answers = await Promise.allSettled([...many(40), CALL].map(ask))
    expect(answers.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code))).toEqual(
      [...many(40), CALL].map(({ params: [index] }) => (index === 7 ? 3 : index)),
    )
    expect(requests.map((sent) => [sent].flat().length).sort((a, b) => a - b)).toEqual([1, 8, 32])
    expect(await ask(READING)).toBe('0x01')
    expect(requests.at(-1)).toMatchObject({ method: 'eth_call', params: ['0x01'] })
  })

  test.each([
    ['an error', 200, '{"error":{"code":-32600,"message":"no batches"}}'],
    ['a refusal', 403, 'no batches'],
    ['a list of one error', 200, '[{"id":null,"error":{"code":-32600,"message":"too many"}}]'],
  ])('go one by one to an endpoint that answers with %s', async (_, status, text) => {
    const ask = rpcOver(url, 1_000)
    requests = []
    answer = (response, _, body) => {
      const sent = JSON.parse(body) as Sent | Sent[]
      requests.push(sent)
      if (Array.isArray(sent)) response.writeHead(status).end(text)
      else response.end(JSON.stringify({ id: sent.id, result: sent.params[0] }))
    }
    expect(await Promise.all(many(3).map(ask))).toEqual([0, 1, 2])
    expect(await Promise.all(many(2).map(ask))).toEqual([0, 1])
    expect(requests.filter(Array.isArray)).toHaveLength(1)
    expect(requests).toHaveLength(6)
  })

  test.each([429, 502])('all fail at %i, without another question', async (status) => {
    const ask = rpcOver(url, 1_000)
    requests = []
    answer = (response, _, body) => {
      requests.push(JSON.parse(body))
      response.writeHead(status).end('later')
    }
    const answers = await Promise.allSettled(many(3).map(ask))
    for (const one of answers) expect(one).toMatchObject({ reason: expect.any(HttpRequestError) })
    expect(requests).toHaveLength(1)
    answerEach(({ params: [index] }) => ({ result: index }))
    expect(await Promise.all(many(3).map(ask))).toEqual([0, 1, 2])
    expect(requests).toHaveLength(1)
  })

  test('what is left out of the answer, and an error that may be the whole batch’s, are asked for alone', async () => {
    answer = (response, _, body) => {
      const sent = JSON.parse(body) as Sent | Sent[]
      if (!Array.isArray(sent)) return void response.end(JSON.stringify({ id: sent.id, result: sent.params[0] }))
      const [first, second] = sent
      const error = { code: -32600, message: 'no more than one' }
      response.end(JSON.stringify([{ id: first?.id, error }, null, { id: String(second?.id), result: 1 }]))
    }
    expect(await Promise.all(many(3).map(rpcOver(url, 1_000)))).toEqual([0, 1, 2])
  })

  test('all fail when there is no answer in time', async () => {
    answer = () => {}
    const answers = await Promise.allSettled(many(3).map(rpcOver(url, 100)))
    for (const one of answers) expect(one).toMatchObject({ reason: expect.any(TimeoutError) })
  })
})

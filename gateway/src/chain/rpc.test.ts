// One call over HTTP: what an endpoint may answer, and which error each becomes.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HttpRequestError, RpcRequestError, TimeoutError } from 'viem'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
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

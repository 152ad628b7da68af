// Stands between a gateway and its chain, so that the chain can fall silent and calls can be counted.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type RpcProxy = {
  url: string
  /** False: every call is answered with 502. */
  up: boolean
  /** Methods that are answered with 502 while the others work. */
  readonly silent: Set<string>
  /** Calls of these methods wait until they are taken out. */
  readonly held: Set<string>
  /** Methods asked for so far, in order. */
  readonly calls: string[]
  stop: () => void
}

export async function startRpcProxy(target: string): Promise<RpcProxy> {
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const { method } = JSON.parse(body) as { method: string }
    proxy.calls.push(method)
    while (proxy.held.has(method)) await new Promise((next) => setTimeout(next, 10))
    if (!proxy.up || proxy.silent.has(method)) return void response.writeHead(502).end()
    const answer = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const stop = () => {
    server.close()
    server.closeAllConnections()
  }
  const proxy: RpcProxy = {
    url: `http://127.0.0.1:${port}`,
    up: true,
    silent: new Set(),
    held: new Set(),
    calls: [],
    stop,
  }
  return proxy
}

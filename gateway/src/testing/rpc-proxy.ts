// Stands between a gateway and its chain: it can fall silent, be late, break off, be behind or lie, and it counts calls.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

type Call = { id: number; method: string; params?: unknown[] }

export type RpcProxy = {
  url: string
  /** False: every call is answered with 502. */
  up: boolean
  /** Every call fails like this; undefined: none does. */
  fault: Fault | undefined
  /** Methods that are answered with 502 while the others work. */
  readonly silent: Set<string>
  /** Calls of these methods wait until they are taken out. */
  readonly held: Set<string>
  /** Methods asked for so far, in order. */
  readonly calls: string[]
  /** A block beyond which it knows nothing, as an endpoint that is behind. */
  frozenAt: bigint | undefined
  /** It gives the logs of no more blocks than that at once. */
  logRange: bigint | undefined
  /** Milliseconds that every answer is late. */
  late: number
  /** Says something else instead of these methods' results; undefined leaves the result as it is. */
  readonly lies: Map<string, (params: unknown[]) => unknown>
  stop: () => void
}

/** `halfResponse` breaks off in the middle; `stalled` keeps the connection open and never ends. */
export type Fault = 'tooMany' | 'serverError' | 'halfResponse' | 'stalled' | 'notJson' | 'noResult' | 'timeout'

const JSON_TYPE = { 'content-type': 'application/json' }

export async function startRpcProxy(target: string): Promise<RpcProxy> {
  const server = createServer(async (request, response) => {
    const call = JSON.parse(await text(request)) as Call | Call[]
    if (Array.isArray(call)) return answerAll(proxy.url, call, response)
    proxy.calls.push(call.method)
    while (proxy.held.has(call.method)) await new Promise((next) => setTimeout(next, 10))
    if (proxy.late > 0) await new Promise((next) => setTimeout(next, proxy.late))
    if (!proxy.up || proxy.silent.has(call.method)) return void response.writeHead(502).end()
    if (proxy.fault) return fail(proxy.fault, call, response)
    if (proxy.logRange !== undefined && blocksOf(call) > proxy.logRange) {
      const error = { code: -32005, message: `query exceeds max block range ${proxy.logRange}` }
      return void response.writeHead(200, JSON_TYPE).end(JSON.stringify({ jsonrpc: '2.0', id: call.id, error }))
    }
    const lie = proxy.lies.get(call.method)?.(call.params ?? [])
    if (lie !== undefined) return void response.writeHead(200, JSON_TYPE).end(result(call, lie))
    const body = JSON.stringify(proxy.frozenAt === undefined ? call : asOf(call, proxy.frozenAt))
    const answer = await fetch(target, { method: 'POST', headers: JSON_TYPE, body })
    response.writeHead(answer.status, JSON_TYPE).end(await answer.text())
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
    fault: undefined,
    silent: new Set(),
    held: new Set(),
    calls: [],
    frozenAt: undefined,
    logRange: undefined,
    late: 0,
    lies: new Map(),
    stop,
  }
  return proxy
}

/** A batch is as good as the worst of its calls. */
async function answerAll(url: string, calls: readonly Call[], response: ServerResponse): Promise<void> {
  const ask = (call: Call) => fetch(url, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(call) })
  try {
    const answers = await Promise.all(calls.map(ask))
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    const status = Math.max(...answers.map((answer) => answer.status))
    response.writeHead(status, JSON_TYPE).end(status === 200 ? `[${texts.join()}]` : texts[0])
  } catch {
    response.destroy()
  }
}

const result = ({ id }: Call, value: unknown) => JSON.stringify({ jsonrpc: '2.0', id, result: value })

function fail(fault: Fault, call: Call, response: ServerResponse): void {
  const whole = result(call, '0x1')
  const cut = { ...JSON_TYPE, 'content-length': String(whole.length) }
  switch (fault) {
    case 'tooMany':
      return void response.writeHead(429, { ...JSON_TYPE, 'retry-after': '1' }).end('{"error":"too many requests"}')
    case 'serverError':
      return void response.writeHead(500).end('oops')
    case 'halfResponse':
      response.writeHead(200, cut).write(whole.slice(0, 12), () => response.destroy())
      return
    case 'stalled':
      response.writeHead(200, cut).write(whole.slice(0, 12))
      return
    case 'notJson':
      return void response.writeHead(200, JSON_TYPE).end('<html>sign in to this network</html>')
    case 'noResult':
      return void response.writeHead(200, JSON_TYPE).end(JSON.stringify({ jsonrpc: '2.0', id: call.id }))
    case 'timeout':
      return
  }
}

/** Blocks whose logs are asked for. */
function blocksOf({ method, params }: Call): bigint {
  if (method !== 'eth_getLogs') return 0n
  const [{ fromBlock, toBlock }] = params as [{ fromBlock: string; toBlock: string }]
  return BigInt(toBlock) - BigInt(fromBlock) + 1n
}

/** The same question to a chain that has not gone on since this block. */
function asOf(call: Call, block: bigint): Call {
  const params = call.params?.map((param) => (param === 'latest' ? `0x${block.toString(16)}` : param))
  return { ...call, ...(params ? { params } : {}) }
}

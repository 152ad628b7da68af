// Receipts through HTTP, one a request, against the same server's empty route at the same concurrency.
import type { ReceiptsResponse } from '@x4pn/gateway-api'
import { Pool } from 'undici'
import { all, type Figure, type Measured } from '../figure.ts'
import { atOnce } from '../load.ts'
import { makeClient, receiptSigner, signInRecord } from './clients.ts'
import { prepareNode, startNode, writeJournal } from './node.ts'

const CLIENTS = 200
const CONCURRENCY = 256
const ROUNDS = 8
const REQUESTS = 3_000
/** Rounds in which both processes compile what they run. */
const WARM_UP = 3

export async function benchHttp(): Promise<Figure[]> {
  const node = await prepareNode()
  const clients = Array.from({ length: CLIENTS }, () => makeClient(node.keys.account.address))
  await writeJournal(
    node,
    clients.map((client, index) => signInRecord(node, client, index)),
  )
  const gateway = await startNode(node)
  const pool = new Pool(node.config.apiUrl, { connections: CONCURRENCY })
  const sign = receiptSigner(node)
  let cumulative = 0n
  const bodies = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const client = clients[index % CLIENTS]
      return client ? JSON.stringify({ receipts: [sign(client, ++cumulative)] }) : ''
    })
  const pay = async (body: string) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await pool.request({ method: 'POST', path: '/v1/receipts', headers, body })
    const { results } = (await answer.body.json()) as ReceiptsResponse
    if (answer.statusCode !== 200 || !results?.[0] || 'error' in results[0]) throw new Error(JSON.stringify(results))
  }
  const empty = async () => {
    const answer = await pool.request({ method: 'GET', path: '/v1/nonce' })
    await answer.body.text()
    if (answer.statusCode !== 200) throw new Error(`GET /v1/nonce answered ${answer.statusCode}`)
  }
  try {
    const paid: Measured[] = []
    const bare: Measured[] = []
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const requests = bodies(REQUESTS)
      bare.push(await atOnce(CONCURRENCY, requests, empty))
      paid.push(await atOnce(CONCURRENCY, requests, pay))
    }
    const { perSecond, p50, p99 } = all(paid.slice(WARM_UP))
    const reference = all(bare.slice(WARM_UP))
    return [
      {
        name: `receipts through HTTP, ${CONCURRENCY} at once`,
        value: perSecond,
        unit: '/s',
        p50,
        p99,
        reference: {
          name: 'GET /v1/nonce, likewise',
          value: reference.perSecond,
          p50: reference.p50,
          p99: reference.p99,
        },
        target: { atLeast: 0.3 },
      },
    ]
  } finally {
    await pool.destroy()
    await gateway.stop()
  }
}

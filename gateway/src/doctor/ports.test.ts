// Whose a taken port is: this node's own, over HTTP and HTTPS, or somebody else's, wherever the node itself may run.
import { createServer as createHttp, type RequestListener, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { privateKeyToAccount } from 'viem/accounts'
import { afterEach, expect, test } from 'vitest'
import { selfSigned } from '../testing/pebble.ts'
import type { DoctorContext } from './check.ts'
import { apiPort } from './ports.ts'

const account = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

/** @returns its port. */
async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up))
  return (server.address() as AddressInfo).port
}
const saying =
  (body: unknown): RequestListener =>
  (_, response) =>
    void response.end(JSON.stringify(body))
const look = (port: number, change: object) =>
  apiPort.look({
    config: { listen: { host: '127.0.0.1', port }, apiUrl: `http://127.0.0.1:${port}`, ...change },
    keys: { account },
    clock: Date.now,
  } as unknown as DoctorContext)

test('this node answers there', async () => {
  const port = await listen(createHttp(saying({ node: account.address })))
  expect(await look(port, {})).toEqual({ level: 'ok', found: `${port}, in use by this gateway` })
})

test('it answers with a certificate for its public address', async () => {
  const { certificate, privateKey } = await selfSigned('192.0.2.1')
  const port = await listen(createHttps({ cert: certificate, key: privateKey }, saying({ node: account.address })))
  expect(await look(port, { apiUrl: 'https://192.0.2.1', tls: {} })).toMatchObject({ level: 'ok' })
})

test.each([{ node: '0x00000000000000000000000000000000000000aa' }, 'hello'])(
  'somebody else has it (%j), and the node itself answers at its public URL from elsewhere',
  async (body) => {
    const elsewhere = await listen(createHttp(saying({ node: account.address })))
    const port = await listen(createHttp(saying(body)))
    const found = await look(port, { apiUrl: `http://127.0.0.1:${elsewhere}` })
    expect(found).toMatchObject({ level: 'broken', found: expect.stringContaining('EADDRINUSE') })
  },
)

// A node with a certificate for its bare address, from a real ACME server, and pages served over HTTPS that call it: from
// outside, as a public site, and through the tunnel.
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { certificateFor, type Pebble, startPebble } from '@x4pn/gateway/testing/certificates'
import { execa } from 'execa'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startChromium } from '../browser/chromium.ts'
import type { Client } from '../client/client.ts'
import { accountOf } from '../local/chain.ts'
import { Cleanup } from '../local/cleanup.ts'
import { createGateway, GATEWAY_MAIN, type LocalGateway, registerGateway } from '../local/gateway.ts'
import { createLog } from '../local/log.ts'
import * as local from '../local/network.ts'
import { startProcess } from '../local/process.ts'
import { networkObstacle } from '../local/tunnel-ability.ts'
import { logFile } from '../paths.ts'

const PAGE_PORT = 4443
const LOOPBACK_PORT = 4480

const log = createLog(logFile('e2e-tls'))
const cleanup = new Cleanup(log)
let base: local.Base
let pebble: Pebble
let gateway: LocalGateway
let client: Client
let pageUrl: string

beforeAll(async () => {
  const obstacle = await networkObstacle()
  if (obstacle) throw new Error(`this test needs real hosts: ${obstacle}`)
  base = await local.prepareHosts(obstacle, log, cleanup)
  const { addresses, slot, folder } = base
  const chain = await local.startLocalChain(base)
  const deployment = await local.deployContracts(chain)
  const serverUrl = await local.startInternetServer(base)
  pebble = await startPebble({
    host: addresses.server.address4,
    port: 14_000,
    httpPort: 80,
    prefix: ['ip', 'netns', 'exec', slot.namespaces.internet],
  })
  cleanup.add('pebble', () => pebble.stop())
  const rootFile = join(folder, 'root.pem')
  await writeFile(rootFile, pebble.root)
  setDefaultCACertificates([...getCACertificates('default'), pebble.root])

  const options = local.gatewayOptions(base, chain, deployment)
  const env = {
    X4PN_API_URL: `https://${addresses.node.address4}:${options.apiPort}`,
    X4PN_ACME_DIRECTORY: pebble.directory,
    X4PN_ACME_AUTHORITY_FILE: pebble.authorityFile,
    X4PN_CERTIFICATE: join(folder, 'certificate.json'),
  }
  gateway = createGateway({ ...options, env })
  await registerGateway(gateway, { ...options, env })
  await gateway.start()

  await servePage(await certificateFor(addresses.host.address4, pebble))
  pageUrl = `https://${addresses.host.address4}:${PAGE_PORT}/`
  client = local.startUser(base, chain, {
    deployment,
    serverUrl,
    role: 'user',
    env: { NODE_EXTRA_CA_CERTS: rootFile },
  })
})
afterAll(() => cleanup.run())

async function servePage({ certificate, privateKey }: { certificate: string; privateKey: string }): Promise<void> {
  const server = createServer({ cert: certificate, key: privateKey }, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>A page</title>')
  })
  const host = base.addresses.host.address4
  await new Promise<void>((listening) => server.listen({ host, port: PAGE_PORT }, listening))
  cleanup.add('page', async () => {
    server.closeAllConnections()
    server.close()
  })
}

/** Something on the client's own host. */
async function listenOnLoopback(): Promise<void> {
  const script = `require('http').createServer((_, r) => r.end('{}')).listen(${LOOPBACK_PORT}, '127.0.0.1', () => console.log('up'))`
  const args = ['-e', script]
  const server = startProcess({ name: 'listener', command: 'node', args, namespace: base.slot.namespaces.client, log })
  cleanup.add('listener', () => server.stop())
  await new Promise<void>((up) => server.child.stdout?.once('data', () => up()))
}

/** Serial number of the certificate that the node serves. */
function serial(): Promise<string> {
  const { hostname, port } = new URL(gateway.apiUrl)
  return new Promise((done, failed) => {
    const socket = connect({ host: hostname, port: Number(port), ca: pebble.root }, () => {
      done(socket.getPeerCertificate().serialNumber)
      socket.destroy()
    })
    socket.once('error', failed)
  })
}

async function openPage(browser: BrowserContext): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(pageUrl)
  return page
}

/** What the page's own `fetch` brings: the node's id, or why not. */
const ask = (page: Page, url = gateway.apiUrl): Promise<string> =>
  page.evaluate(
    (api) =>
      fetch(`${api}/v1/info`).then(
        async (answer) => (await answer.json()).node as string,
        (error) => String(error),
      ),
    url,
  )

/** `register` as an operator runs it, who trusts pebble. */
async function register(): Promise<{ exitCode: number | undefined; stderr: string }> {
  const terms = ['--price-per-gib', '50000', '--price-per-hour', '10000', '--country', 'DE']
  const operator = ['--operator', accountOf('operator').address]
  const args = ['netns', 'exec', base.slot.namespaces.node, process.execPath, GATEWAY_MAIN, 'register']
  const env = { ...gateway.env, NODE_EXTRA_CA_CERTS: join(base.folder, 'root.pem') }
  const { exitCode, stderr } = await execa('ip', [...args, ...operator, ...terms], { env, reject: false })
  return { exitCode, stderr }
}

describe('the certificate for a bare address', () => {
  test('comes before the registration: a node whose API is not served is not listed', async () => {
    expect(await register()).toMatchObject({ exitCode: 0 })
    await gateway.stop()
    const refused = await register()
    await gateway.start()
    expect(refused.exitCode).not.toBe(0)
    expect(refused.stderr).toContain('is not served')
  })

  test('is served, and the same one after a restart', async () => {
    const first = await serial()
    await gateway.stop()
    await gateway.start()
    expect(await serial()).toBe(first)
  })

  test('beside it, the plain port says what the address is', async () => {
    const page = await fetch(`http://${base.addresses.node.address4}/`)
    expect(await page.text()).toContain('VPN exit')
  })
})

describe('a page served over HTTPS', () => {
  const browse = (profile: string, args: string[] = []) =>
    startChromium(base, { profile, args, authority: pebble.root, namespace: base.slot.namespaces.client })

  test('calls the node at its bare address', async () => {
    const page = await openPage(await browse('plain'))
    expect(await ask(page)).toBe(gateway.node)
    // What it may measure: without Timing-Allow-Origin these would be 0.
    const timing = await page.evaluate(() => {
      const [entry] = performance.getEntriesByType('resource').slice(-1) as PerformanceResourceTiming[]
      return entry ? entry.responseStart - entry.requestStart : 0
    })
    expect(timing).toBeGreaterThan(0)
  })

  test('also where the browser takes the page for a public one, and through the tunnel', async () => {
    const { host } = new URL(pageUrl)
    const page = await openPage(await browse('public', [`--ip-address-space-overrides=${host}=public`]))
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    expect(await ask(page)).toBe(gateway.node)
    expect(complaints).toEqual([])
    // It really is a public page: loopback is out of its reach.
    await listenOnLoopback()
    await ask(page, `http://127.0.0.1:${LOOPBACK_PORT}`)
    expect(complaints[0]).toContain('`loopback` address space')

    await client.ask('discover')
    await client.ask('open', '1000000')
    await client.ask('join')
    await client.ask('tunnelUp')
    await client.ask('startPaying')
    const { caller } = await client.ask('firstByte')
    expect(caller).toBe(base.addresses.node.address4)
    expect(await ask(page)).toBe(gateway.node)
    expect((await client.ask('callApi', '/v1/info')).status).toBe(200)
  })
})

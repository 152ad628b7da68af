// From inside a tunnel: the internet, and nothing that is not the internet. Through real tunnels, IPv4 and IPv6; each
// address that must not be reached is first reached from the node itself, so that the test can fail.
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../client/client.ts'
import { withoutFirewall } from '../demo/kernel.ts'
import { addressesOf, forbiddenAddresses4, forbiddenAddresses6 } from '../local/namespaces.ts'
import { startProcess } from '../local/process.ts'
import { startTestNetwork, type TestNetwork } from './harness.ts'

let network: TestNetwork
let user: Awaited<ReturnType<TestNetwork['connect']>>
let stranger: Awaited<ReturnType<TestNetwork['connect']>>

const CONNECT_TIMEOUT = 1_500

beforeAll(async () => {
  network = await startTestNetwork('isolation')
  user = await network.connect('user')
  stranger = await network.connect('stranger')
})
afterAll(() => network?.stop())

/** Whether a TCP connection from the node's own namespace opens. */
async function nodeReaches(host: string, port: number): Promise<boolean> {
  const { namespaces } = network.base.slot
  const script = `const s=require('net').connect({host:'${host}',port:${port},timeout:${CONNECT_TIMEOUT}});
    s.on('connect',()=>process.exit(0));s.on('error',()=>process.exit(1));s.on('timeout',()=>process.exit(1))`
  const { exitCode } = await execa('ip', ['netns', 'exec', namespaces.node, 'node', '-e', script], { reject: false })
  return exitCode === 0
}

/** A listener of a test's own. */
async function listen(namespace: string, port: number): Promise<{ stop: () => Promise<void> }> {
  const script = `require('net').createServer((s)=>s.end()).listen(${port},'::',()=>console.log('up'))`
  const server = startProcess({ name: 'listener', command: 'node', args: ['-e', script], namespace, log: () => {} })
  await new Promise<void>((done) => server.child.stdout?.once('data', () => done()))
  return { stop: () => server.stop() }
}

const reaches = (client: Client, host: string, port: number) => client.ask('reaches', host, port, CONNECT_TIMEOUT)

describe('pitfall 33: what a tunnel reaches', () => {
  test('the server behind the gateway, over IPv4 and IPv6', async () => {
    const { server } = addressesOf(network.base.slot)
    expect(await reaches(user.client, server.address4, 80)).toBe(true)
    expect(await reaches(user.client, server.address6, 80)).toBe(true)
  })

  test.each([...forbiddenAddresses4, ...forbiddenAddresses6])('not %s, which the node itself reaches', async (host) => {
    expect(await nodeReaches(host, 80)).toBe(true)
    expect(await reaches(user.client, host, 80)).toBe(false)
  })

  test('not a v4-mapped address of a forbidden one', async () => {
    expect(await reaches(user.client, '::ffff:10.200.0.1', 80)).toBe(false)
  })

  test('not another client, by either of its addresses', async () => {
    const listener = await listen(network.base.slot.namespaces.stranger, 8080)
    try {
      expect(await reaches(stranger.client, stranger.address4, 8080)).toBe(true)
      expect(await reaches(user.client, stranger.address4, 8080)).toBe(false)
      expect(await reaches(user.client, stranger.address6, 8080)).toBe(false)
    } finally {
      await listener.stop()
    }
  })

  test("not the gateway's own ports, except its API at its public URL", async () => {
    const { node } = addressesOf(network.base.slot)
    const listener = await listen(network.base.slot.namespaces.node, 9999)
    try {
      expect(await nodeReaches(node.address4, 9999)).toBe(true)
      expect(await reaches(user.client, node.address4, 9999)).toBe(false)
      expect(await reaches(user.client, '10.64.0.1', 9999)).toBe(false)
      expect(await reaches(user.client, node.address6, 9999)).toBe(false)
      expect(await user.client.ask('callApi', '/v1/nonce')).toEqual({ status: 200 })
    } finally {
      await listener.stop()
    }
  })

  test('no mail servers', async () => {
    const { server } = addressesOf(network.base.slot)
    const listener = await listen(network.base.slot.namespaces.internet, 25)
    try {
      expect(await nodeReaches(server.address4, 25)).toBe(true)
      expect(await reaches(user.client, server.address4, 25)).toBe(false)
    } finally {
      await listener.stop()
    }
  })

  test('nobody outside begins a connection to a client', async () => {
    const { namespaces } = network.base.slot
    const { node } = addressesOf(network.base.slot)
    const listener = await listen(namespaces.client, 8081)
    await execa('ip', ['-n', namespaces.internet, 'route', 'add', `${user.address4}/32`, 'via', node.address4])
    try {
      const script = `const s=require('net').connect({host:'${user.address4}',port:8081,timeout:${CONNECT_TIMEOUT}});
        s.on('connect',()=>process.exit(0));s.on('error',()=>process.exit(1));s.on('timeout',()=>process.exit(1))`
      const args = ['netns', 'exec', namespaces.internet, 'node', '-e', script]
      const { exitCode } = await execa('ip', args, { reject: false })
      expect(exitCode).toBe(1)
      // The route leads there: without the firewall it is reached.
      await withoutFirewall(namespaces.node, network.base.slot.interfaces.node, async () => {
        expect((await execa('ip', args, { reject: false })).exitCode).toBe(0)
      })
    } finally {
      await listener.stop()
    }
  })
})

test("the host's own nftables rules are left alone", async () => {
  const { namespaces } = network.base.slot
  const own = 'table inet operators_own {\n\tset s {\n\t\ttype ipv4_addr\n\t}\n}'
  await execa('ip', ['netns', 'exec', namespaces.node, 'nft', '-f', '-'], { input: own })
  await network.gateway.stop()
  const { stdout } = await execa('ip', ['netns', 'exec', namespaces.node, 'nft', 'list', 'ruleset'])
  expect(stdout).toBe(own)
  const { stdout: links } = await execa('ip', ['-n', namespaces.node, '-br', 'link'])
  expect(links).not.toContain(network.base.slot.interfaces.node)
})

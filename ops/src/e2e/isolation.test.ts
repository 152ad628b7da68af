// From inside a tunnel: the internet, and nothing that is not the internet. Through real tunnels, IPv4 and IPv6; each
// address that must not be reached is first reached from the node itself, so that the test can fail.
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../client/client.ts'
import { withoutFirewall } from '../demo/kernel.ts'
import { addressesOf, forbiddenAddresses4, forbiddenAddresses6, LINK_LOCAL } from '../local/namespaces.ts'
import { startTestNetwork, type TestNetwork } from './harness.ts'
import { CONNECT_TIMEOUT, hostReaches, listen } from './reach.ts'

let network: TestNetwork
let user: Awaited<ReturnType<TestNetwork['connect']>>
let stranger: Awaited<ReturnType<TestNetwork['connect']>>

beforeAll(async () => {
  network = await startTestNetwork('isolation')
  user = await network.connect('user')
  stranger = await network.connect('stranger')
})
afterAll(() => network?.stop())

const nodeReaches = (host: string, port: number) => hostReaches(network.base.slot.namespaces.node, host, port)
const reaches = (client: Client, host: string, port: number) => client.ask('reaches', host, port, CONNECT_TIMEOUT)

describe('pitfall 33: what a tunnel reaches', () => {
  test('the server behind the gateway, over IPv4 and IPv6', async () => {
    const { server } = addressesOf(network.base.slot)
    expect(await reaches(user.client, server.address4, 80)).toBe(true)
    expect(await reaches(user.client, server.address6, 80)).toBe(true)
  })

  test.concurrent.each([...forbiddenAddresses4, ...forbiddenAddresses6])(
    'not %s, which the node itself reaches',
    async (host) => {
      expect(await nodeReaches(host, 80)).toBe(true)
      expect(await reaches(user.client, host, 80)).toBe(false)
    },
  )

  test('not a link-local address, which the node itself reaches on its own link', async () => {
    expect(await nodeReaches(`${LINK_LOCAL}%eth0`, 80)).toBe(true)
    expect(await reaches(user.client, `${LINK_LOCAL}%${network.base.slot.interfaces.client}`, 80)).toBe(false)
    expect(await nodeReaches('169.254.169.254', 80)).toBe(true)
  })

  test('not a v4-mapped address of a forbidden one', async () => {
    expect(await reaches(user.client, '::ffff:10.200.0.1', 80)).toBe(false)
  })

  test('not another client, by either of its addresses', async () => {
    const listener = await listen(network.base.slot.namespaces.stranger, { tcp: [8080] })
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
    const listener = await listen(network.base.slot.namespaces.node, { tcp: [9999] })
    try {
      expect(await nodeReaches(node.address4, 9999)).toBe(true)
      expect(await reaches(user.client, node.address4, 9999)).toBe(false)
      expect(await reaches(user.client, '10.64.0.1', 9999)).toBe(false)
      expect(await nodeReaches(node.address6, 9999)).toBe(true)
      expect(await reaches(user.client, node.address6, 9999)).toBe(false)
      expect(await nodeReaches('fd58:3450:4e00::1', 9999)).toBe(true)
      expect(await reaches(user.client, 'fd58:3450:4e00::1', 9999)).toBe(false)
      expect(await user.client.ask('callApi', '/v1/nonce')).toEqual({ status: 200 })
    } finally {
      await listener.stop()
    }
  })

  test('no mail servers', async () => {
    const { server } = addressesOf(network.base.slot)
    const listener = await listen(network.base.slot.namespaces.internet, { tcp: [25] })
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
    const listener = await listen(namespaces.client, { tcp: [8081] })
    await execa('ip', ['-n', namespaces.internet, 'route', 'add', `${user.address4}/32`, 'via', node.address4])
    try {
      const script = `const s=require('net').connect({host:'${user.address4}',port:8081,timeout:${CONNECT_TIMEOUT}});
        s.on('connect',()=>process.exit(0));s.on('error',()=>process.exit(1));s.on('timeout',()=>process.exit(1))`
      const args = ['netns', 'exec', namespaces.internet, 'node', '-e', script]
      const { exitCode } = await execa('ip', args, { reject: false })
      expect(exitCode).toBe(1)
      // The route leads there: without the firewall it is reached. The gateway would mend it meanwhile.
      network.gateway.signal('SIGSTOP')
      await withoutFirewall(namespaces.node, network.base.slot.interfaces.node, async () => {
        expect((await execa('ip', args, { reject: false })).exitCode).toBe(0)
      })
    } finally {
      network.gateway.signal('SIGCONT')
      await listener.stop()
    }
  })
})

describe("the host's own nftables rules", () => {
  const nft = async (args: string[], input = '') =>
    (await execa('ip', ['netns', 'exec', network.base.slot.namespaces.node, 'nft', ...args], { input })).stdout

  test('are byte for byte the same before the start, while it serves, and after the stop', async () => {
    await network.gateway.stop()
    await nft(
      ['-f', '-'],
      `table inet operators_own {
        set admins { type ipv4_addr; flags interval; elements = { 198.51.100.0/24 } }
        counter hits { packets 7 bytes 700 }
        chain input { type filter hook input priority 10; policy accept; ip saddr @admins tcp dport 22 accept; };
        chain forward { type filter hook forward priority -10; policy accept; tcp dport 9 counter name hits drop; };
      }
      table ip nat { chain postrouting { type nat hook postrouting priority 100; ip saddr 172.17.0.0/16 masquerade; }; }`,
    )
    const before = await nft(['list', 'ruleset'])
    const others = async () => {
      const tables = [
        ['inet', 'operators_own'],
        ['ip', 'nat'],
      ] as const
      return (await Promise.all(tables.map((table) => nft(['list', 'table', ...table])))).join('\n')
    }
    await network.gateway.start()
    expect(await nft(['list', 'tables'])).toContain(`table inet ${network.base.slot.interfaces.node}`)
    expect(await others()).toBe(before)
    await network.gateway.stop()
    expect(await nft(['list', 'ruleset'])).toBe(before)
    const { stdout: links } = await execa('ip', ['-n', network.base.slot.namespaces.node, '-br', 'link'])
    expect(links).not.toContain(network.base.slot.interfaces.node)
  })
})

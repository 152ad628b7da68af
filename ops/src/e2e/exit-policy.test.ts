// An exit policy of the operator's own: published, committed to, and what it says is what a tunnel finds.
import type { NodeInfo } from '@x4pn/gateway-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../client/client.ts'
import { addressesOf } from '../local/namespaces.ts'
import { startTestNetwork, type TestNetwork } from './harness.ts'
import { CONNECT_TIMEOUT, hostReaches, type Listener, listen } from './reach.ts'

const settings = {
  X4PN_EXIT_TCP_PORTS: '53,80,443,8000-8099,2525',
  X4PN_EXIT_UDP_PORTS: '53,443',
  X4PN_EXIT_BLOCKED_TCP_PORTS: '8080',
  X4PN_EXIT_BLOCKED_RANGES: '203.0.113.128/25,2001:db8:9999::/48',
}
const allowed = { tcp: [443, 8000, 8099, 2525], udp: [443] }
const blocked = { tcp: [25, 465, 587, 22, 7999, 8080, 8100], udp: [123, 8000] }

let network: TestNetwork
let client: Client
let listener: Listener

beforeAll(async () => {
  network = await startTestNetwork('exit-policy', { env: settings })
  client = (await network.connect('user')).client
  const { address4, address6 } = addressesOf(network.base.slot).server
  listener = await listen(network.base.slot.namespaces.internet, {
    tcp: [...allowed.tcp, ...blocked.tcp],
    udp: { addresses: [address4, address6], ports: [...allowed.udp, ...blocked.udp] },
  })
})
afterAll(async () => {
  await listener?.stop()
  await network?.stop()
})

test('published, signed and in the registry: the client has verified it when it discovered the node', async () => {
  const info = (await (await fetch(`${network.gateway.apiUrl}/v1/info`)).json()) as NodeInfo
  expect(info.exitPolicy).toMatchObject({
    allowedTcpPorts: settings.X4PN_EXIT_TCP_PORTS.split(','),
    allowedUdpPorts: ['53', '443'],
    blockedTcpPorts: ['25', '465', '587', '8080'],
  })
  expect(info.exitPolicy.blocked4).toContain('203.0.113.128/25')
  expect(info.exitPolicy.blocked6).toContain('2001:db8:9999::/48')
})

describe.each(['address4', 'address6'] as const)('pitfall 33: over %s', (family) => {
  const server = () => addressesOf(network.base.slot).server[family]
  const node = () => network.base.slot.namespaces.node

  test.concurrent.each(allowed.tcp)('TCP %i passes', async (port) => {
    expect(await client.ask('reaches', server(), port, CONNECT_TIMEOUT)).toBe(true)
  })
  test.concurrent.each(blocked.tcp)('TCP %i does not, though the node itself reaches it', async (port) => {
    expect(await hostReaches(node(), server(), port)).toBe(true)
    expect(await client.ask('reaches', server(), port, CONNECT_TIMEOUT)).toBe(false)
  })
  test.concurrent.each(allowed.udp)('UDP %i passes', async (port) => {
    expect(await client.ask('echoes', server(), port, CONNECT_TIMEOUT)).toBe(true)
  })
  test.concurrent.each(blocked.udp)('UDP %i does not', async (port) => {
    expect(await client.ask('echoes', server(), port, CONNECT_TIMEOUT)).toBe(false)
  })
})

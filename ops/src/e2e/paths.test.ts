// IPv6 leaves with the node's address, and a path that takes only smaller packets works, both ways.
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addressesOf } from '../local/namespaces.ts'
import { startTestNetwork, type TestNetwork } from './harness.ts'

let network: TestNetwork
let user: Awaited<ReturnType<TestNetwork['connect']>>

beforeAll(async () => {
  network = await startTestNetwork('paths')
  user = await network.connect('user')
})
afterAll(() => network?.stop())

test('IPv6 leaves with the address of the node (NAT66)', async () => {
  const { server, node } = addressesOf(network.base.slot)
  expect(await user.client.ask('caller', `http://[${server.address6}]`)).toEqual({ caller: node.address6 })
  expect(await user.client.ask('caller', `http://${server.address4}`)).toEqual({ caller: node.address4 })
})

test.each(['address4', 'address6'] as const)(
  'a narrower path is fitted by the maximum segment size, over %s',
  async (family) => {
    const { internet, node } = network.base.slot.namespaces
    const server = addressesOf(network.base.slot).server[family]
    const host = family === 'address4' ? server : `[${server}]`
    // Nobody says that a packet was too big: without the clamp the transfer hangs.
    const silence =
      'table inet silent { chain o { type filter hook output priority 0; icmp type destination-unreachable drop; icmpv6 type packet-too-big drop; }; }'
    await execa('ip', ['netns', 'exec', internet, 'nft', '-f', '-'], { input: silence })
    await execa('ip', ['-n', node, 'link', 'set', 'eth0', 'mtu', '1300'])
    await execa('ip', ['-n', internet, 'link', 'set', 'to-node', 'mtu', '1300'])
    try {
      expect(await user.client.ask('downloadFrom', `http://${host}`, 2 ** 20, 20_000)).toMatchObject({ complete: true })
    } finally {
      await execa('ip', ['netns', 'exec', internet, 'nft', 'delete', 'table', 'inet', 'silent'])
      await execa('ip', ['-n', node, 'link', 'set', 'eth0', 'mtu', '1500'])
      await execa('ip', ['-n', internet, 'link', 'set', 'to-node', 'mtu', '1500'])
    }
  },
)

import { expect, test } from 'vitest'
import { parseNetwork } from './network.ts'
import { network } from './testing/fake-node.ts'

test('default', () => {
  expect(parseNetwork(JSON.parse(JSON.stringify(network)))).toEqual(network)
})

test.each([
  ['nothing', undefined],
  ['no endpoint', { ...network, rpcUrls: [] }],
  ['an endpoint that is no URL', { ...network, rpcUrls: ['javascript:alert(1)'] }],
  ['two chains', { ...network, chainId: 1 }],
  ['an address that is none', { ...network, deployment: { ...network.deployment, sessions: '0x12' } }],
])('behaviour: refuses %s', (_, value) => {
  expect(() => parseNetwork(value)).toThrow(expect.objectContaining({ code: 'NETWORK_INVALID' }))
})

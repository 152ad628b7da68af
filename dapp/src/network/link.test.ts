import type { Network } from '@x4pn/client'
import { expect, test } from 'vitest'
import { linkOfNetwork, networkOfLink } from './link.ts'

const network: Network = {
  chainId: 31337,
  rpcUrls: ['http://127.0.0.1:8545', 'https://rpc.example/v1?key=ü'],
  subgraphUrls: [],
  deployment: {
    chainId: 31337,
    sessions: '0x1111111111111111111111111111111111111111',
    registry: '0x2222222222222222222222222222222222222222',
    token: '0x3333333333333333333333333333333333333333',
    decimals: 6,
    x4pn: '0x4444444444444444444444444444444444444444',
    rewards: '0x5555555555555555555555555555555555555555',
    authority: '0x6666666666666666666666666666666666666666',
    startBlock: 0,
  },
}

test('a network goes into a link and comes back', () => {
  const plain = { ...network, rpcUrls: network.rpcUrls.slice(0, 1) }
  expect(networkOfLink(linkOfNetwork(plain))).toEqual(plain)
})

test('other hashes are no links', () => {
  expect(networkOfLink('')).toBeUndefined()
  expect(networkOfLink('#/nodes')).toBeUndefined()
})

test.each(['#net=', '#net=%%%', '#net=e30', `#net=${btoa('{"chainId":1}')}`, linkOfNetwork(network)])(
  '%s is refused by name',
  (link) => {
    expect(() => networkOfLink(link)).toThrow(expect.objectContaining({ code: 'NETWORK_INVALID' }))
  },
)

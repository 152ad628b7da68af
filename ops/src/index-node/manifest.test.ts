// A manifest keeps everything but network, addresses and start block.
import { expect, test } from 'vitest'
import { pointManifest } from './manifest.ts'

const source = (name: string) => `  - kind: ethereum/contract
    name: ${name}
    network: placeholder
    source:
      address: 0x01
      abi: ${name}
      startBlock: 1
    mapping:
      file: ${name}.wasm
`
const manifest = `specVersion: 1.3.0\ndataSources:\n${source('X4PNVpnSessions')}${source('X4PNNodeRegistry')}${source('X4PNRewards')}`
const sessions = `0x${'00'.repeat(19)}51` as const
const registry = `0x${'00'.repeat(19)}4e` as const
const rewards = `0x${'00'.repeat(19)}4d` as const

test('each contract gets its own address', () => {
  const pointed = pointManifest(manifest, { sessions, registry, rewards, startBlock: 12, network: 'arbitrum-one' })
  const expected = (name: string, address: string) =>
    source(name)
      .replace('placeholder', 'arbitrum-one')
      .replace('0x01', `"${address}"`)
      .replace('startBlock: 1', 'startBlock: 12')
  expect(pointed).toBe(
    `specVersion: 1.3.0\ndataSources:\n${expected('X4PNVpnSessions', sessions)}${expected('X4PNNodeRegistry', registry)}${expected('X4PNRewards', rewards)}`,
  )
})

test('another manifest than ours is refused', () => {
  const target = { sessions, registry, rewards, startBlock: 1, network: 'anvil' }
  expect(() => pointManifest(manifest.replace('X4PNNodeRegistry', 'Other'), target)).toThrow(/no deployment has/)
  expect(() => pointManifest(manifest.replace(/ +startBlock: 1\n/, ''), target)).toThrow(/no startBlock/)
  expect(() => pointManifest(`specVersion: 1.3.0\ndataSources:\n${source('X4PNVpnSessions')}`, target)).toThrow(
    /has 1 contracts/,
  )
})

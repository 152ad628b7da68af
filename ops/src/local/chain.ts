// The local chain: anvil, on loopback and on the address by which the other hosts know it. It mines each transaction at
// once until everything is deployed, then a block a second, as the subgraph and the gateways should see it.
import { IN_MEMORY } from '@x4pn/contracts/testing'
import { createPublicClient, createTestClient, createWalletClient, defineChain, type Hex, http } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { ANVIL } from '../binaries.ts'
import type { Cleanup } from './cleanup.ts'
import { startProcess, waitUntilReady } from './process.ts'

export const LOCAL_CHAIN_ID = 31337
/** anvil's well-known words: everybody has these keys, so nothing of value may ever be on them. */
const MNEMONIC = 'test test test test test test test test test test test junk'

export type ChainOptions = { port: number; hosts: string[]; log: (line: string) => void; cleanup: Cleanup }

export async function startChain({ port, hosts, log, cleanup }: ChainOptions): Promise<{ rpcUrl: string }> {
  const rpcUrl = `http://127.0.0.1:${port}`
  const args = ['--port', String(port), '--chain-id', String(LOCAL_CHAIN_ID), '--mnemonic', MNEMONIC, ...IN_MEMORY]
  const anvil = startProcess({ name: 'chain', command: ANVIL, args: [...args, '--host', hosts.join(',')], log })
  cleanup.add('chain', () => anvil.stop())
  await waitUntilReady(anvil, 'the chain', () => clientsFor(rpcUrl, 'deployer').publicClient.getBlockNumber(), 15_000)
  return { rpcUrl }
}

export async function mineEverySecond(rpcUrl: string): Promise<void> {
  const { testClient } = clientsFor(rpcUrl, 'deployer')
  await testClient.setAutomine(false)
  await testClient.setIntervalMining({ interval: 1 })
}

/** Who is who among anvil's funded accounts. `visitor` is the dapp's test wallet. */
const accountIndex = { deployer: 0, operator: 1, user: 2, stranger: 3, visitor: 4, secondOperator: 5 } as const
export type Role = keyof typeof accountIndex

export const accountOf = (role: Role) => mnemonicToAccount(MNEMONIC, { addressIndex: accountIndex[role] })

export function privateKeyOf(role: Role): Hex {
  const key = accountOf(role).getHdKey().privateKey
  if (!key) throw new Error(`no private key for ${role}`)
  return `0x${Buffer.from(key).toString('hex')}`
}

export function localChain(rpcUrl: string) {
  return defineChain({
    id: LOCAL_CHAIN_ID,
    name: 'X4PN local',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  })
}

export function clientsFor(rpcUrl: string, role: Role) {
  const chain = localChain(rpcUrl)
  const transport = http(rpcUrl)
  return {
    publicClient: createPublicClient({ chain, transport, pollingInterval: 200, cacheTime: 0 }),
    walletClient: createWalletClient({ chain, transport, account: accountOf(role) }),
    testClient: createTestClient({ chain, transport, mode: 'anvil' }),
  }
}

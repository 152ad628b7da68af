// The chain as an operator's command sees it, over the same endpoints as the gateway.
import { x4pnNodeRegistryAbi, x4pnVpnSessionsAbi } from '@x4pn/contracts'
import {
  type Abi,
  type Address,
  createPublicClient,
  createWalletClient,
  custom,
  defineChain,
  encodeFunctionData,
  type Hash,
  type Hex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { answered } from '../chain/answered.ts'
import { createPool } from '../chain/pool.ts'
import type { Config } from '../config.ts'
import { deriveKeys } from '../keys.ts'

export type ChainView = Awaited<ReturnType<typeof openChain>>

export async function openChain({ rpcUrls, chainId, headAge, registry, sessions }: Config) {
  const pool = createPool({ urls: rpcUrls, chainId, headAge }, Date.now)
  await pool.requireRightChain()
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: 'coin', symbol: 'coin', decimals: 18 },
    rpcUrls: { default: { http: rpcUrls } },
  })
  const transport = custom({ request: pool.any }, { retryCount: 0 })
  const client = createPublicClient({ chain, transport, pollingInterval: 500 })
  /** For what a command acts on: compared as the gateway does, since an endpoint that is behind names an old payout address. */
  const agreed = createPublicClient({
    chain,
    transport: custom({ request: (call) => pool.agreed(call) }, { retryCount: 0 }),
  })
  const ofRegistry = { address: registry, abi: x4pnNodeRegistryAbi } as const

  return {
    /** Undefined: never registered. */
    async record(node: Address) {
      const known = await answered(agreed.readContract({ ...ofRegistry, functionName: 'isRegistered', args: [node] }))
      if (!known) return undefined
      return answered(agreed.readContract({ ...ofRegistry, functionName: 'nodeOf', args: [node] }))
    },
    bond: (node: Address) => answered(client.readContract({ ...ofRegistry, functionName: 'bondOf', args: [node] })),
    minimumBond: () => answered(client.readContract({ ...ofRegistry, functionName: 'minimumBond' })),
    /** Waiting to be paid out, token base units. */
    balance: async (node: Address): Promise<bigint> => {
      const call = { address: sessions, abi: x4pnVpnSessionsAbi, functionName: 'nodeAccount', args: [node] } as const
      return (await answered(client.readContract(call))).balance
    },
    /** 10⁻¹⁸ of the chain's coin. */
    coins: (account: Address): Promise<bigint> => answered(client.getBalance({ address: account })),
    streamSettled: async (id: Hash): Promise<bigint> => {
      const call = { address: sessions, abi: x4pnVpnSessionsAbi, functionName: 'stream', args: [id] } as const
      return (await answered(client.readContract(call))).settled
    },
    /** Sends with this key and waits until it is mined. */
    async send(key: Hex, to: Address, data: Hex): Promise<Hash> {
      const wallet = createWalletClient({ chain, transport, account: privateKeyToAccount(key) })
      const hash = await answered(wallet.sendTransaction({ to, data }))
      const { status } = await answered(client.waitForTransactionReceipt({ hash, timeout: 120_000 }))
      if (status !== 'success') throw new Error(`${hash} reverted`)
      return hash
    },
  }
}

/** The node whose key is configured, as the chain knows it. */
export async function openOwnNode(config: Config) {
  const node = deriveKeys(config.nodeKey).account.address
  const chain = await openChain(config)
  return { node, chain, record: await chain.record(node) }
}

/** A transaction for a cold wallet or a Safe. */
export type Prepared = { to: Address; value: '0'; data: Hex; what: string }

export function prepare(to: Address, abi: Abi, functionName: string, args: readonly unknown[]): Prepared {
  return { to, value: '0', data: encodeFunctionData({ abi, functionName, args }), what: functionName }
}

export const describe = ({ what, to, data }: Prepared): string[] => [`${what}: to ${to}`, `  data ${data}`]

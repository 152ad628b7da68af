// A chain with everything deployed, users with money, and streams.
import { packSettleItems, streamId, x4pnNodeRegistryAbi, x4pnVpnSessionsAbi } from '@x4pn/contracts'
import { deployAll, mintTestUsdc, startAnvil } from '@x4pn/contracts/testing'
import type { ReceiptItem } from '@x4pn/gateway-api'
import {
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  type Hash,
  http,
  type PrivateKeyAccount,
  parseAbi,
} from 'viem'
import { generatePrivateKey, mnemonicToAccount, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { type RpcProxy, startRpcProxy } from './rpc-proxy.ts'

export const USDC = 1_000_000n
const MNEMONIC = 'test test test test test test test test test test test junk'
const erc20 = parseAbi(['function approve(address spender, uint256 amount) returns (bool)'])

export type TestStream = {
  node: Address
  user: Address
  session: PrivateKeyAccount
  sessionKey: Address
  stream: Hash
}
export type TestNetwork = Awaited<ReturnType<typeof startNetwork>>

export async function startNetwork() {
  const anvil = await startAnvil()
  const rpc = await startRpcProxy(anvil.url)
  const transport = http(anvil.url)
  const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 10, cacheTime: 0 })
  const testClient = createTestClient({ chain: foundry, mode: 'anvil', transport })
  const user = mnemonicToAccount(MNEMONIC)
  const walletClient = createWalletClient({ account: user, chain: foundry, transport })
  const deployment = await deployAll({ walletClient, publicClient })
  const sessions = { address: deployment.sessions, abi: x4pnVpnSessionsAbi } as const
  const registry = { address: deployment.registry, abi: x4pnNodeRegistryAbi } as const

  const mined = async (hash: Hash) => {
    const { status } = await publicClient.waitForTransactionReceipt({ hash })
    if (status !== 'success') throw new Error(`${hash} reverted`)
  }

  /** Gives an account, which may be a contract, coins and tokens that the sessions contract may take. */
  const fund = async (account: Address) => {
    await testClient.setBalance({ address: account, value: 10n ** 20n })
    await mintTestUsdc({ walletClient, publicClient }, deployment, { to: account, amount: 1_000_000n * USDC })
    await testClient.impersonateAccount({ address: account })
    const args = [deployment.sessions, 2n ** 256n - 1n] as const
    const call = { address: deployment.token, abi: erc20, functionName: 'approve', args } as const
    await mined(await walletClient.writeContract({ ...call, account }))
  }

  /** A key pair, and the stream that it would have; nothing is on chain yet. */
  const makeStream = (node: Address, by: Address = user.address): TestStream => {
    const session = privateKeyToAccount(generatePrivateKey())
    const stream = streamId({ user: by, node, sessionKey: session.address })
    return { node, user: by, session, sessionKey: session.address, stream }
  }

  /** Opened by the user itself, whoever that is. */
  const openStream = async (node: Address, { deposit = USDC, by = user.address } = {}): Promise<TestStream> => {
    const stream = makeStream(node, by)
    const args = [node, stream.sessionKey, deposit] as const
    await mined(await walletClient.writeContract({ ...sessions, functionName: 'open', args, account: by }))
    return stream
  }

  const others: RpcProxy[] = []
  await fund(user.address)
  return {
    rpc,
    /** One more endpoint of the same chain. */
    addRpc: async (): Promise<RpcProxy> => {
      const other = await startRpcProxy(anvil.url)
      others.push(other)
      return other
    },
    /** The chain itself, without the proxy. */
    rpcUrl: anvil.url,
    publicClient,
    testClient,
    walletClient,
    deployment,
    contracts: { sessions, registry },
    user,
    fund,
    mined,
    makeStream,
    openStream,
    stopStream: async ({ node, sessionKey, user: account }: TestStream) => {
      const call = { ...sessions, functionName: 'stop', args: [node, sessionKey], account } as const
      await mined(await walletClient.writeContract(call))
    },
    /** By somebody else than the node, who holds a receipt. */
    settle: async (node: Address, { cumulative, rate, ...item }: ReceiptItem) => {
      const packed = packSettleItems([{ ...item, cumulative: BigInt(cumulative), rate: BigInt(rate) }])
      const args = [node, packed] as const
      await mined(await walletClient.writeContract({ ...sessions, functionName: 'settle', args }))
    },
    topUp: async ({ node, sessionKey, user: account }: TestStream, amount: bigint) => {
      const call = { ...sessions, functionName: 'topUp', args: [account, node, sessionKey, amount], account } as const
      await mined(await walletClient.writeContract(call))
    },
    readStream: ({ stream }: TestStream) =>
      publicClient.readContract({ ...sessions, functionName: 'stream', args: [stream] }),
    balanceOf: (account: Address) =>
      publicClient.readContract({ ...sessions, functionName: 'balanceOf', args: [account] }),
    stop: () => {
      for (const proxy of [rpc, ...others]) proxy.stop()
      anvil.stop()
    },
  }
}

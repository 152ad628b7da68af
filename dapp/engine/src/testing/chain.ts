// A real chain of the test's own: anvil, with everything deployed.
import { registryDomain, registryTypes, x4pnNodeRegistryAbi } from '@x4pn/contracts'
import { type DeployOptions, deployAll, mintTestUsdc, startAnvil, type TestDeployment } from '@x4pn/contracts/testing'
import { createPublicClient, createWalletClient, type Hash, http, type PublicClient, parseEther } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { anvil } from 'viem/chains'

export type Chain = {
  rpcUrl: string
  client: PublicClient
  deployment: TestDeployment
  walletOf: (account: PrivateKeyAccount) => DeployOptions['walletClient']
  stop: () => void
}

/** The first account that anvil funds. */
export const rich = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')

export async function startChain(): Promise<Chain> {
  const { url: rpcUrl, stop } = await startAnvil()
  const client = createPublicClient({ chain: anvil, transport: http(rpcUrl), pollingInterval: 50 })
  const walletOf: Chain['walletOf'] = (account) =>
    createWalletClient({ account, chain: anvil, transport: http(rpcUrl) })
  const deployment = await deployAll({ walletClient: walletOf(rich), publicClient: client })
  return { rpcUrl, client, deployment, walletOf, stop }
}

/** A new account with some of both coins. */
export async function someone({ walletOf, client, deployment }: Chain, amount: bigint): Promise<PrivateKeyAccount> {
  const account = privateKeyToAccount(generatePrivateKey())
  const walletClient = walletOf(rich)
  const value = parseEther('1')
  const hash = await walletClient.sendTransaction({ account: rich, chain: null, to: account.address, value })
  await client.waitForTransactionReceipt({ hash })
  await mintTestUsdc({ walletClient, publicClient: client }, deployment, { to: account.address, amount })
  return account
}

export type Registration = { apiUrl: string; flags?: number; commitment?: Hash; account?: PrivateKeyAccount }

/** Registers a node key, a new one unless it is given, and returns it. */
export async function registerNode(
  { walletOf, client, deployment }: Chain,
  { apiUrl, flags = 0, commitment = `0x${'ab'.repeat(32)}`, account }: Registration,
): Promise<PrivateKeyAccount> {
  const node = account ?? privateKeyToAccount(generatePrivateKey())
  const { registry, chainId } = deployment
  const deadline = Number((await client.getBlock()).timestamp) + 600
  const consent = await node.signTypedData({
    domain: registryDomain({ chainId, contract: registry }),
    types: registryTypes,
    primaryType: 'NodeConsent',
    message: { node: node.address, operator: rich.address, deadline },
  })
  const params = {
    payout: rich.address,
    pricePerGiB: 50_000n,
    pricePerHour: 10_000n,
    country: '0x4445',
    flags,
    commitment,
    apiUrl,
    metadataCid: '',
  } as const
  const hash = await walletOf(rich).writeContract({
    address: registry,
    abi: x4pnNodeRegistryAbi,
    functionName: 'register',
    args: [node.address, params, deadline, consent],
    account: rich,
    chain: null,
  })
  await client.waitForTransactionReceipt({ hash })
  return node
}

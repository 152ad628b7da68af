// A chain with the contracts on it, for this folder's tests: anvil, its clients, and nodes that register.
import { join } from 'node:path'
import { registryDomain, registryTypes, x4pnNodeRegistryAbi } from '@x4pn/contracts'
import { deployAll, IN_MEMORY, mintTestUsdc, type TestDeployment } from '@x4pn/contracts/testing'
import { freePort } from '@x4pn/subgraph/ports'
import { startProcessGroup } from '@x4pn/subgraph/process-group'
import {
  type ContractFunctionArgs,
  createPublicClient,
  createWalletClient,
  type Hash,
  type HDAccount,
  type Hex,
  http,
  type PrivateKeyAccount,
} from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { anvil } from 'viem/chains'
import { paths } from './paths.ts'

const MNEMONIC = 'test test test test test test test test test test test junk'
/** What the user has of the token: 10 USDC. */
const USER_MONEY = 10_000_000n

export const operator = mnemonicToAccount(MNEMONIC, { addressIndex: 0 })
export const user = mnemonicToAccount(MNEMONIC, { addressIndex: 1 })
/** Who takes a node over. */
export const heir = mnemonicToAccount(MNEMONIC, { addressIndex: 2 })

type NodeParams = ContractFunctionArgs<typeof x4pnNodeRegistryAbi, 'nonpayable', 'register'>[1]

export const terms = {
  payout: operator.address,
  pricePerGiB: 50_000n,
  pricePerHour: 2_000n,
  country: '0x4445',
  flags: 0,
  commitment: `0x${'77'.repeat(32)}`,
  apiUrl: 'https://node.example',
  metadataCid: 'bafynode',
} as const satisfies NodeParams

export type TestChain = Awaited<ReturnType<typeof startTestChain>>

export async function startTestChain(log: (line: string) => void) {
  const port = await freePort()
  const rpcUrl = `http://127.0.0.1:${port}`
  const process = await startProcessGroup({
    command: join(paths.binaries, 'anvil'),
    args: ['--port', String(port), '--block-time', '1', '--mnemonic', MNEMONIC, ...IN_MEMORY],
    log,
  })
  // Patient with a chain that is still starting.
  const transport = http(rpcUrl, { retryCount: 50, retryDelay: 20 })
  const publicClient = createPublicClient({ chain: anvil, transport, pollingInterval: 100, cacheTime: 0 })
  const walletOf = (account: HDAccount) => createWalletClient({ chain: anvil, transport, account })

  /** The block of a transaction that succeeded. */
  const mined = async (sent: Promise<Hash>): Promise<bigint> => {
    const { status, blockNumber, transactionHash } = await publicClient.waitForTransactionReceipt({ hash: await sent })
    if (status !== 'success') throw new Error(`transaction ${transactionHash} was reverted`)
    return blockNumber
  }

  const deploy = async (): Promise<TestDeployment> => {
    const clients = { walletClient: walletOf(operator), publicClient }
    const deployment = await deployAll(clients)
    await mintTestUsdc(clients, deployment, { to: user.address, amount: USER_MONEY })
    return deployment
  }
  const deployment = await deploy().catch(async (error: unknown) => {
    await process.stop()
    throw error
  })

  const consentOf = async (node: PrivateKeyAccount): Promise<{ deadline: number; signature: Hex }> => {
    const deadline = Math.floor(Date.now() / 1_000) + 3_600
    const signature = await node.signTypedData({
      domain: registryDomain({ chainId: deployment.chainId, contract: deployment.registry }),
      types: registryTypes,
      primaryType: 'NodeConsent',
      message: { node: node.address, operator: operator.address, deadline },
    })
    return { deadline, signature }
  }

  const register = async (node: PrivateKeyAccount, params: NodeParams): Promise<bigint> => {
    const { deadline, signature } = await consentOf(node)
    return mined(
      walletOf(operator).writeContract({
        address: deployment.registry,
        abi: x4pnNodeRegistryAbi,
        functionName: 'register',
        args: [node.address, params, deadline, signature],
      }),
    )
  }

  return { rpcUrl, deployment, publicClient, walletOf, mined, consentOf, register, stop: process.stop }
}

// A fresh anvil with everything deployed, and one funded user: what the tests of this package start from.
import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createPublicClient,
  createTestClient,
  createWalletClient,
  http,
  type TransactionReceipt,
} from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { testUsdcAbi, x4pnNodeRegistryAbi, x4pnVpnSessionsAbi } from '../generated/abis.ts'
import { deployAll } from './deploy-all.ts'
import { mintTestUsdc } from './mint-test-usdc.ts'
import { startAnvil } from './start-anvil.ts'

const MNEMONIC = 'test test test test test test test test test test test junk'

export type TestChain = Awaited<ReturnType<typeof startTestChain>>

export async function startTestChain() {
  const anvil = await startAnvil()
  const transport = http(anvil.url)
  const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 10 })
  const testClient = createTestClient({ chain: foundry, mode: 'anvil', transport })
  const user = mnemonicToAccount(MNEMONIC)
  const walletClient = createWalletClient({ account: user, chain: foundry, transport })
  const clients = { walletClient, publicClient }
  const deployment = await deployAll(clients)
  await mintTestUsdc(clients, deployment, { to: user.address, amount: 10n ** 15n })

  const contracts = {
    sessions: { address: deployment.sessions, abi: x4pnVpnSessionsAbi },
    registry: { address: deployment.registry, abi: x4pnNodeRegistryAbi },
    token: { address: deployment.token, abi: testUsdcAbi },
  }

  /** Sends a call and waits for it; throws when it reverts. */
  async function send<
    const abi extends Abi,
    name extends ContractFunctionName<abi, 'nonpayable'>,
    const args extends ContractFunctionArgs<abi, 'nonpayable', name> & readonly unknown[],
  >(contract: { address: `0x${string}`; abi: abi }, functionName: name, args: args): Promise<TransactionReceipt> {
    const { address } = contract
    const call: { abi: Abi; functionName: string; args: readonly unknown[] } = { abi: contract.abi, functionName, args }
    const hash = await walletClient.writeContract({ address, ...call })
    const receipt = await publicClient.waitForTransactionReceipt({ hash })
    if (receipt.status !== 'success') throw new Error(`${functionName} reverted in ${hash}`)
    return receipt
  }

  async function now(): Promise<number> {
    return Number((await publicClient.getBlock()).timestamp)
  }

  await send(contracts.token, 'approve', [deployment.sessions, 2n ** 256n - 1n])
  return { ...clients, testClient, user, deployment, contracts, send, now, url: anvil.url, stop: anvil.stop }
}

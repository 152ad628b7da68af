// Deploys all contracts by real transactions: AccessManager, TestUSDC, registry, sessions.
import type {
  Abi,
  Account,
  Address,
  Chain,
  ContractConstructorArgs,
  Hex,
  PublicClient,
  TransactionReceipt,
  Transport,
  WalletClient,
} from 'viem'
import type { Deployment } from '../deployment.ts'
import { accessManagerAbi, testUsdcAbi, x4pnNodeRegistryAbi, x4pnVpnSessionsAbi } from '../generated/abis.ts'
import {
  accessManagerBytecode,
  testUsdcBytecode,
  x4pnNodeRegistryBytecode,
  x4pnVpnSessionsBytecode,
} from '../generated/bytecode.ts'

export type DeployOptions = {
  /** Pays for the deployment; the first admin and treasury unless others are named. */
  walletClient: WalletClient<Transport, Chain | undefined, Account>
  publicClient: PublicClient
  /** Admin of the AccessManager. */
  admin?: Address
  /** Where protocol fees go. */
  treasury?: Address
  /** Protocol fee in basis points, at most 500. */
  feeBps?: number
  /** Seconds from a stop to a close without the node: from an hour to 30 days. */
  challengeWindow?: number
  /** Seconds of an epoch of fee booking: from an hour to 90 days. */
  epochLength?: number
}

/** A deployment, and who governs it. */
export type TestDeployment = Deployment & { authority: Address }

const USDC_DECIMALS = 6
const DAY = 86_400

export async function deployAll(options: DeployOptions): Promise<TestDeployment> {
  const { walletClient, publicClient } = options
  const deployer = walletClient.account.address
  const { admin = deployer, treasury = deployer, feeBps = 100, challengeWindow = DAY, epochLength = 7 * DAY } = options

  const authority = await deploy(options, accessManagerAbi, accessManagerBytecode, [admin])
  const token = await deploy(options, testUsdcAbi, testUsdcBytecode, [])
  const registry = await deploy(options, x4pnNodeRegistryAbi, x4pnNodeRegistryBytecode, [])
  const sessions = await deploy(options, x4pnVpnSessionsAbi, x4pnVpnSessionsBytecode, [
    {
      token: token.address,
      decimals: USDC_DECIMALS,
      registry: registry.address,
      authority: authority.address,
      treasury,
      feeBps,
      challengeWindow: BigInt(challengeWindow),
      epochLength: BigInt(epochLength),
    },
  ])
  return {
    chainId: await publicClient.getChainId(),
    sessions: sessions.address,
    registry: registry.address,
    token: token.address,
    decimals: USDC_DECIMALS,
    startBlock: Number(authority.receipt.blockNumber),
    authority: authority.address,
  }
}

async function deploy<const abi extends Abi>(
  { walletClient, publicClient }: DeployOptions,
  abi: abi,
  bytecode: Hex,
  args: ContractConstructorArgs<abi> & readonly unknown[],
): Promise<{ address: Address; receipt: TransactionReceipt }> {
  const { account, chain } = walletClient
  // viem cannot follow the arguments through a generic ABI; the signature above has checked them.
  const untyped: { abi: Abi; args: readonly unknown[] } = { abi, args }
  const hash = await walletClient.deployContract({ ...untyped, bytecode, account, chain: chain ?? null })
  const receipt = await publicClient.waitForTransactionReceipt({ hash })
  if (receipt.status !== 'success' || !receipt.contractAddress) throw new Error(`deployment failed in ${hash}`)
  return { address: receipt.contractAddress, receipt }
}

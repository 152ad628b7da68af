// Deploys all contracts by real transactions: AccessManager, TestUSDC, registry, sessions.
import type { Address } from 'viem'
import type { Deployment } from '../deployment.ts'
import { accessManagerAbi, testUsdcAbi, x4pnNodeRegistryAbi, x4pnVpnSessionsAbi } from '../generated/abis.ts'
import {
  accessManagerBytecode,
  testUsdcBytecode,
  x4pnNodeRegistryBytecode,
  x4pnVpnSessionsBytecode,
} from '../generated/bytecode.ts'
import { type DeployClients, deployContract } from './deploy-contract.ts'

/** The deployer is the first admin and treasury unless others are named. */
export type DeployOptions = DeployClients & {
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

  const authority = await deployContract(options, accessManagerAbi, accessManagerBytecode, [admin])
  const token = await deployContract(options, testUsdcAbi, testUsdcBytecode, [])
  const registry = await deployContract(options, x4pnNodeRegistryAbi, x4pnNodeRegistryBytecode, [])
  const sessions = await deployContract(options, x4pnVpnSessionsAbi, x4pnVpnSessionsBytecode, [
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

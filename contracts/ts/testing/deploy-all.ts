// Deploys everything for tests and local networks: TestUSDC, and the protocol as on a real network.
import type { Address } from 'viem'
import { deployProtocol, type ProtocolOptions } from '../deploy/deploy-protocol.ts'
import { type Clients, deployContract } from '../deploy/send.ts'
import type { Deployment } from '../deployment.ts'
import { testUsdcAbi } from '../generated/abis.ts'
import { testUsdcBytecode } from '../generated/bytecode.ts'
import { type Roles, roles } from '../governance.ts'

/** Whatever is not said: every role is the deployer's, at once, and the rest as in `defaults`. */
export type DeployOptions = Clients & Partial<Omit<ProtocolOptions, keyof Clients | 'token' | 'decimals'>>

/** A deployment whose token is TestUSDC. */
export type TestDeployment = Deployment

const USDC_DECIMALS = 6
const DAY = 86_400

const defaults = {
  feeBps: 100,
  challengeWindow: DAY,
  epochLength: 7 * DAY,
  caseBps: 2_000,
  epochBps: 3_000,
  kappaBps: 5_000,
  /** 2 cents. */
  referenceFloor: 20_000n,
}

export async function deployAll(options: DeployOptions): Promise<TestDeployment> {
  const deployer: Address = options.walletClient.account.address
  const { address: token } = await deployContract(options, testUsdcAbi, testUsdcBytecode, [])
  const mine = { admin: deployer, guardian: deployer, treasury: deployer, roles: withoutDelays(roles) }
  return deployProtocol({ ...defaults, ...mine, ...options, token, decimals: USDC_DECIMALS })
}

/** Roles of the table whose holders act at once. */
function withoutDelays({ admin, governor, slasher, guardian }: Roles): Roles {
  const atOnce = <role extends { executionDelay: number }>(role: role) => ({ ...role, executionDelay: 0 })
  return { admin: atOnce(admin), governor: atOnce(governor), slasher: atOnce(slasher), guardian: atOnce(guardian) }
}

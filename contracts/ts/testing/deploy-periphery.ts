// Deploys what stands around the core: the lens, and where it is said which, upkeep and deposit router.
import type { Address } from 'viem'
import { type Clients, deployContract } from '../deploy/send.ts'
import { x4pnDepositRouterAbi, x4pnLensAbi, x4pnUpkeepAbi } from '../generated/abis.ts'
import { x4pnDepositRouterBytecode, x4pnLensBytecode, x4pnUpkeepBytecode } from '../generated/bytecode.ts'
import type { TestDeployment } from './deploy-all.ts'

export type PeripheryOptions = {
  /** The rewards contract whose epochs the upkeep rolls; without it there is no upkeep. */
  rewards?: Address
  /** Uniswap v3's factory and the wrapped native coin; without them there is no router. */
  uniswap?: { factory: Address; wrapped: Address }
}

export type Periphery = { lens: Address; upkeep?: Address; router?: Address }

/** The router takes nothing until governance has set feeds (`setFeed`), USDC's first. */
export async function deployPeriphery(
  clients: Clients,
  { sessions, authority }: Pick<TestDeployment, 'sessions' | 'authority'>,
  { rewards, uniswap }: PeripheryOptions = {},
): Promise<Periphery> {
  const { address: lens } = await deployContract(clients, x4pnLensAbi, x4pnLensBytecode, [sessions])
  const periphery: Periphery = { lens }
  if (rewards) {
    const args = [sessions, rewards] as const
    periphery.upkeep = (await deployContract(clients, x4pnUpkeepAbi, x4pnUpkeepBytecode, args)).address
  }
  if (uniswap) {
    const args = [sessions, uniswap.wrapped, uniswap.factory, authority] as const
    periphery.router = (await deployContract(clients, x4pnDepositRouterAbi, x4pnDepositRouterBytecode, args)).address
  }
  return periphery
}

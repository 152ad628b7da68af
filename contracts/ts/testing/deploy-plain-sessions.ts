// A second sessions contract over a token as BSC's USDC is: 18 decimals, neither permit nor EIP-3009.

import { type Clients, deployContract } from '../deploy/send.ts'
import type { Deployment } from '../deployment.ts'
import { testPlainUsdcAbi, x4pnVpnSessionsAbi } from '../generated/abis.ts'
import { testPlainUsdcBytecode, x4pnVpnSessionsBytecode } from '../generated/bytecode.ts'
import type { TestDeployment } from './deploy-all.ts'

const DECIMALS = 18
const DAY = 86_400n

/** Beside the one in `deployment`, whose registry and authority it shares; the deployer is the treasury. */
export async function deployPlainSessions(clients: Clients, deployment: TestDeployment): Promise<Deployment> {
  const { registry, authority } = deployment
  const token = await deployContract(clients, testPlainUsdcAbi, testPlainUsdcBytecode, [])
  const sessions = await deployContract(clients, x4pnVpnSessionsAbi, x4pnVpnSessionsBytecode, [
    {
      token: token.address,
      decimals: DECIMALS,
      registry,
      authority,
      treasury: clients.walletClient.account.address,
      feeBps: 100,
      challengeWindow: DAY,
      epochLength: 7n * DAY,
    },
  ])
  return {
    ...deployment,
    sessions: sessions.address,
    token: token.address,
    decimals: DECIMALS,
    startBlock: Number(token.receipt.blockNumber),
  }
}

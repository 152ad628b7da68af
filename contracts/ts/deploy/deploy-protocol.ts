// Deploys the protocol on any network: AccessManager, X4PN, registry, sessions, rewards, then the hand-over. On a real
// network with the real USDC and a Safe; in tests through `deployAll`.
import { type Address, getContractAddress } from 'viem'
import type { Deployment } from '../deployment.ts'
import {
  accessManagerAbi,
  x4pnNodeRegistryAbi,
  x4pnRewardsAbi,
  x4pnTokenAbi,
  x4pnVpnSessionsAbi,
} from '../generated/abis.ts'
import {
  accessManagerBytecode,
  x4pnNodeRegistryBytecode,
  x4pnRewardsBytecode,
  x4pnTokenBytecode,
  x4pnVpnSessionsBytecode,
} from '../generated/bytecode.ts'
import type { Holders, Roles } from '../governance.ts'
import { handOver } from './hand-over.ts'
import { type Clients, deployContract } from './send.ts'

/** What is fixed for ever, and the parameters that governance starts from. */
export type ProtocolOptions = Clients &
  Holders & {
    roles: Roles
    /** What users pay with, and its decimals, which the sessions contract checks. */
    token: Address
    decimals: number
    /** Where protocol fees go. */
    treasury: Address
    /** Protocol fee in basis points, at most 500. */
    feeBps: number
    /** Seconds from a stop to a close without the node: from an hour to 30 days. Fixed. */
    challengeWindow: number
    /** Seconds of an epoch of fee booking: from an hour to 90 days. Fixed. */
    epochLength: number
    /** Basis points of a bond that one case, and one epoch's cases, can freeze: at most 5,000. */
    caseBps: number
    epochBps: number
    /** κ in basis points, at most 5,000. */
    kappaBps: number
    /** The first floor of the reference price: token base units for one whole X4PN. */
    referenceFloor: bigint
  }

export async function deployProtocol(options: ProtocolOptions): Promise<Deployment> {
  const { walletClient, publicClient, token, decimals, treasury, feeBps } = options
  const deployer = walletClient.account.address

  // The deployer's for as long as it takes to set it up.
  const manager = await deployContract(options, accessManagerAbi, accessManagerBytecode, [deployer])
  const authority = manager.address
  // X4PN names its minter before that exists: rewards are the third contract after it. Should anything else be sent by
  // the deployer in between, the constructor of the rewards reverts, and the deployment is begun anew.
  const nonce = BigInt(await publicClient.getTransactionCount({ address: deployer }))
  const minter = getContractAddress({ from: deployer, nonce: nonce + 3n })
  const { address: x4pn } = await deployContract(options, x4pnTokenAbi, x4pnTokenBytecode, [minter])
  const { address: registry } = await deployContract(options, x4pnNodeRegistryAbi, x4pnNodeRegistryBytecode, [
    { bondToken: x4pn, authority, caseBps: options.caseBps, epochBps: options.epochBps },
  ])
  const { address: sessions } = await deployContract(options, x4pnVpnSessionsAbi, x4pnVpnSessionsBytecode, [
    {
      token,
      decimals,
      registry,
      authority,
      treasury,
      feeBps,
      challengeWindow: BigInt(options.challengeWindow),
      epochLength: BigInt(options.epochLength),
    },
  ])
  const { address: rewards } = await deployContract(options, x4pnRewardsAbi, x4pnRewardsBytecode, [
    { token: x4pn, sessions, authority, kappaBps: options.kappaBps, referenceFloor: options.referenceFloor },
  ])
  // Here a DepositRouter is deployed: after the sessions, before the hand-over, which gives it its row of the table.

  const deployment = {
    ...{ chainId: await publicClient.getChainId(), sessions, registry, token, decimals, x4pn, rewards, authority },
    startBlock: Number(manager.receipt.blockNumber),
  }
  await handOver(options, deployment)
  return deployment
}

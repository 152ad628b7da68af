// A chain on which a 2-of-3 Safe governs with the table's delays, and everybody has an account.
import {
  type Abi,
  type Account,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createPublicClient,
  createTestClient,
  createWalletClient,
  encodeFunctionData,
  http,
  type PrivateKeyAccount,
} from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { callContract } from '../deploy/send.ts'
import {
  accessManagerAbi,
  testUsdcAbi,
  x4pnNodeRegistryAbi,
  x4pnRewardsAbi,
  x4pnTokenAbi,
  x4pnVpnSessionsAbi,
} from '../generated/abis.ts'
import { roles } from '../governance.ts'
import { deployAll } from './deploy-all.ts'
import { deploySafe } from './safe.ts'
import { startAnvil } from './start-anvil.ts'

const MNEMONIC = 'test test test test test test test test test test test junk'
const named = (addressIndex: number) => mnemonicToAccount(MNEMONIC, { addressIndex })

export type GovernedChain = Awaited<ReturnType<typeof startGovernedChain>>

export async function startGovernedChain() {
  const anvil = await startAnvil()
  const transport = http(anvil.url)
  const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 10, cacheTime: 0 })
  const testClient = createTestClient({ chain: foundry, mode: 'anvil', transport })
  const [deployer, guardian, user, operator, stranger] = [named(0), named(1), named(2), named(3), named(4)]
  const owners = [named(5), named(6), named(7)] as const
  const clientsOf = (account: Account) => ({
    walletClient: createWalletClient({ account, chain: foundry, transport }),
    publicClient,
  })

  const clients = clientsOf(deployer)
  const addresses = owners.map(({ address }) => address)
  const safe = await deploySafe(clients, addresses, 2)
  const deployment = await deployAll({ ...clients, admin: safe.address, guardian: guardian.address, roles })
  const contracts = {
    manager: { address: deployment.authority, abi: accessManagerAbi },
    sessions: { address: deployment.sessions, abi: x4pnVpnSessionsAbi },
    registry: { address: deployment.registry, abi: x4pnNodeRegistryAbi },
    rewards: { address: deployment.rewards, abi: x4pnRewardsAbi },
    x4pn: { address: deployment.x4pn, abi: x4pnTokenAbi },
    token: { address: deployment.token, abi: testUsdcAbi },
  } as const

  /** Sends a call and waits for it; throws when it reverts. */
  function send<
    const abi extends Abi,
    name extends ContractFunctionName<abi, 'nonpayable'>,
    const args extends ContractFunctionArgs<abi, 'nonpayable', name> & readonly unknown[],
  >(account: Account, contract: { address: `0x${string}`; abi: abi }, functionName: name, args: args): Promise<void> {
    return callContract(clientsOf(account), contract, functionName, args)
  }

  /** What the Safe does in the AccessManager about a call of one of the protocol's functions. */
  function govern<
    const abi extends Abi,
    name extends ContractFunctionName<abi, 'nonpayable'>,
    const args extends ContractFunctionArgs<abi, 'nonpayable', name> & readonly unknown[],
  >(contract: { address: `0x${string}`; abi: abi }, functionName: name, args: args) {
    const call: { abi: Abi; functionName: string; args: readonly unknown[] } = { abi: contract.abi, functionName, args }
    const data = encodeFunctionData(call)
    const { address: to, abi } = contracts.manager
    const target = contract.address
    const schedule = encodeFunctionData({ abi, functionName: 'schedule', args: [target, data, 0] })
    const execute = encodeFunctionData({ abi, functionName: 'execute', args: [target, data] })
    return {
      schedule: (signers: readonly PrivateKeyLike[]) => safe.execute({ to, data: schedule }, signers),
      execute: (signers: readonly PrivateKeyLike[]) => safe.execute({ to, data: execute }, signers),
      /** Not through the manager's `execute`, as a role without delay may. */
      directly: (signers: readonly PrivateKeyLike[]) => safe.execute({ to: target, data }, signers),
    }
  }

  /** Lets time pass, in seconds. */
  async function advance(seconds: number): Promise<void> {
    await testClient.increaseTime({ seconds })
    await testClient.mine({ blocks: 1 })
  }

  async function now(): Promise<number> {
    return Number((await publicClient.getBlock()).timestamp)
  }

  const people = { deployer, guardian, user, operator, stranger, owners }
  return {
    publicClient,
    clientsOf,
    deployment,
    contracts,
    safe,
    ...people,
    send,
    govern,
    advance,
    now,
    stop: anvil.stop,
  }
}

type PrivateKeyLike = Pick<PrivateKeyAccount, 'address' | 'signTypedData'>

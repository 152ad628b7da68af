// The bench on which operations are weighed: a chain of its own with everything deployed, and accounts, keys, amounts
// and times that are the same in every run, so that the bytes of every transaction are.
import {
  type DomainContext,
  registryDomain,
  sessionsDomain,
  x4pnNodeRegistryAbi,
  x4pnRewardsAbi,
  x4pnTokenAbi,
  x4pnVpnSessionsAbi,
} from '@x4pn/contracts'
import { deployAll, mintTestUsdc, settleFloorAbi, settleFloorBytecode, testUsdcAbi } from '@x4pn/contracts/testing'
import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createPublicClient,
  createTestClient,
  createWalletClient,
  http,
  keccak256,
  maxUint256,
  type PrivateKeyAccount,
  parseEther,
  toHex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { clientsFor, localChain, startChain } from '../local/chain.ts'
import type { Cleanup } from '../local/cleanup.ts'
import { freePorts } from '../local/ports.ts'

/** One operation, weighed. */
export type Weighed = { name: string; items: number; gas: number }
export type Record = (name: string, gas: number, items?: number) => void
export type Bench = Awaited<ReturnType<typeof createBench>>

/** Where the chain's clock is set to, so that no signed time depends on the day. */
const START = 2_000_000_000
/** 10^9 USDC each: nobody runs out. */
const MONEY = 10n ** 15n
/** viem's estimate takes as long as the transaction itself; what is not used is not paid. */
const GAS_LIMIT = 25_000_000n

/** An account of its own for each name, the same in every run. */
export const accountNamed = (name: string): PrivateKeyAccount => privateKeyToAccount(keccak256(toHex(name)))

export const actors = {
  user: accountNamed('user'),
  friend: accountNamed('friend'),
  relayer: accountNamed('relayer'),
  operator: accountNamed('operator'),
  heir: accountNamed('heir'),
  node: accountNamed('node'),
  successor: accountNamed('successor'),
  payout: accountNamed('payout'),
  governor: accountNamed('governor'),
}

export async function createBench(log: (line: string) => void, cleanup: Cleanup) {
  const { port } = await freePorts({ port: 18_745 })
  const { rpcUrl } = await startChain({ port, hosts: ['127.0.0.1'], log, cleanup })
  const chain = localChain(rpcUrl)
  const transport = http(rpcUrl)
  const publicClient = createPublicClient({ chain, transport, pollingInterval: 10, cacheTime: 0 })
  const testClient = createTestClient({ chain, transport, mode: 'anvil' })
  const { walletClient } = clientsFor(rpcUrl, 'deployer')
  const deployment = await deployAll({ walletClient, publicClient, admin: actors.governor.address })
  const contracts = {
    sessions: { address: deployment.sessions, abi: x4pnVpnSessionsAbi },
    registry: { address: deployment.registry, abi: x4pnNodeRegistryAbi },
    token: { address: deployment.token, abi: testUsdcAbi },
    x4pn: { address: deployment.x4pn, abi: x4pnTokenAbi },
    rewards: { address: deployment.rewards, abi: x4pnRewardsAbi },
    floor: { address: await deployFloor(), abi: settleFloorAbi },
  } as const

  await testClient.setNextBlockTimestamp({ timestamp: BigInt(START) })
  await testClient.mine({ blocks: 1 })
  // From here on each transaction is a second after the one before, however fast the machine.
  await testClient.setBlockTimestampInterval({ interval: 1 })
  for (const { address } of Object.values(actors)) {
    await testClient.setBalance({ address, value: parseEther('1000') })
    await mintTestUsdc({ walletClient, publicClient }, deployment, { to: address, amount: MONEY })
  }
  for (const payer of [actors.user, actors.friend]) {
    await send(payer, contracts.token, 'approve', [deployment.sessions, maxUint256])
  }

  async function deployFloor(): Promise<Address> {
    const domain = await publicClient.readContract({
      address: deployment.sessions,
      abi: x4pnVpnSessionsAbi,
      functionName: 'DOMAIN_SEPARATOR',
    })
    const args = [domain] as const
    const hash = await walletClient.deployContract({ abi: settleFloorAbi, bytecode: settleFloorBytecode, args })
    const { contractAddress } = await publicClient.waitForTransactionReceipt({ hash })
    if (!contractAddress) throw new Error(`the floor contract was not deployed in ${hash}`)
    return contractAddress
  }

  /** Lets time pass, in seconds. */
  async function advance(seconds: number): Promise<void> {
    await testClient.setNextBlockTimestamp({ timestamp: BigInt((await now()) + seconds) })
    await testClient.mine({ blocks: 1 })
  }

  /** The chain's clock, Unix seconds. */
  async function now(): Promise<number> {
    return Number((await publicClient.getBlock()).timestamp)
  }

  /** Signs a transaction, sends it and waits for it. Throws when it reverts. @returns `receipt.gasUsed` */
  async function send<
    const abi extends Abi,
    name extends ContractFunctionName<abi, 'nonpayable' | 'payable'>,
    const args extends ContractFunctionArgs<abi, 'nonpayable' | 'payable', name> & readonly unknown[],
  >(account: PrivateKeyAccount, contract: { address: Address; abi: abi }, functionName: name, args: args, value = 0n) {
    const wallet = createWalletClient({ chain, transport, account })
    const call: { abi: Abi; functionName: string; args: readonly unknown[] } = { abi: contract.abi, functionName, args }
    const hash = await wallet.writeContract({ address: contract.address, ...call, value, gas: GAS_LIMIT })
    const { status, gasUsed } = await publicClient.waitForTransactionReceipt({ hash })
    if (status !== 'success') throw new Error(`${functionName} reverted in ${hash}`)
    return Number(gasUsed)
  }

  const context: DomainContext = { chainId: deployment.chainId, contract: deployment.sessions }
  return {
    client: publicClient,
    /** Who deployed everything, and has no power over it. */
    deployer: { walletClient, publicClient },
    deployment,
    contracts,
    context,
    domains: {
      sessions: sessionsDomain(context),
      registry: registryDomain({ ...context, contract: deployment.registry }),
      token: { name: 'USD Coin', version: '1', chainId: deployment.chainId, verifyingContract: deployment.token },
    },
    send,
    advance,
    now,
  }
}

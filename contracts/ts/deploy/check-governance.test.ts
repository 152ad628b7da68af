// The chain after a deployment is as the table says; and whatever differs from it is found.
import { type Abi, type AbiFunction, decodeErrorResult, getAddress, type Hex, toFunctionSelector } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessManagerAbi } from '../generated/abis.ts'
import { privileges, roles, type Target } from '../governance.ts'
import { deployAll } from '../testing/deploy-all.ts'
import { type GovernedChain, startGovernedChain } from '../testing/governed-chain.ts'
import { checkGovernance, proveDeployerHoldsNothing } from './check-governance.ts'
import { privilegesWithSelectors } from './selectors.ts'

let chain: GovernedChain

beforeAll(async () => {
  chain = await startGovernedChain()
})
afterAll(() => chain?.stop())

const holders = () => ({ admin: chain.safe.address, guardian: chain.guardian.address })

/** The name of the error with which a call fails; undefined when it does not. */
async function refusal(from: Hex, to: Hex, data: Hex): Promise<string | undefined> {
  try {
    await chain.publicClient.call({ account: from, to, data })
    return undefined
  } catch (error) {
    const raw = (error as { walk: (is: (cause: unknown) => boolean) => { data?: Hex } | null }).walk(
      (cause) => typeof (cause as { data?: unknown }).data === 'string',
    )?.data
    if (!raw) throw error
    const abi: Abi = [...accessManagerAbi, ...chain.contracts.sessions.abi, ...chain.contracts.registry.abi]
    return decodeErrorResult({ abi: [...abi, ...chain.contracts.rewards.abi], data: raw }).errorName
  }
}

test('a deployment leaves the table, and nothing with the deployer', async () => {
  const { publicClient, deployment, deployer } = chain
  expect(await checkGovernance(publicClient, deployment, { ...holders(), deployer: deployer.address })).toEqual([])
  expect(await proveDeployerHoldsNothing(publicClient, deployment, deployer.address)).toEqual([])
})

test('the deployer may call no privileged function, and give nobody a role', async () => {
  const { deployer, deployment, contracts } = chain
  for (const { target, selector } of privilegesWithSelectors()) {
    expect(await refusal(deployer.address, deployment[target], callOf(selector))).toBe('AccessManagedUnauthorized')
  }
  for (const item of writesOf(contracts.manager.abi)) {
    const mayAlways = ['cancel', 'consumeScheduledOp', 'execute', 'multicall', 'renounceRole', 'schedule']
    if (mayAlways.includes(item.name)) continue
    const answer = await refusal(deployer.address, contracts.manager.address, callOf(toFunctionSelector(item)))
    expect(answer, item.name).toMatch(/^AccessManagerUnauthorizedA(ccount|uthority)|^AccessManagerUnauthorizedConsume$/)
  }
})

test('the guardian may call the pauses and nothing else', async () => {
  const { guardian, deployment } = chain
  for (const { target, function: name, selector } of privilegesWithSelectors()) {
    const answer = await refusal(guardian.address, deployment[target], callOf(selector))
    expect(answer, name).toBe(/^(un)?pause/.test(name) ? undefined : 'AccessManagedUnauthorized')
  }
})

test('the table names every function that asks the AccessManager, and no other', async () => {
  const { stranger, deployment, contracts } = chain
  for (const target of ['sessions', 'registry', 'rewards'] as const satisfies Target[]) {
    const restricted: string[] = []
    for (const item of writesOf(contracts[target].abi)) {
      // The AccessManager's own way to replace itself, the same in every contract.
      if (item.name === 'setAuthority') continue
      const answer = await refusal(stranger.address, deployment[target], callOf(toFunctionSelector(item)))
      if (answer === 'AccessManagedUnauthorized') restricted.push(item.name)
    }
    const inTable = privileges.filter((row) => row.target === target).map((row) => row.function)
    expect(restricted.toSorted()).toEqual(inTable.toSorted())
  }
})

describe('what differs is found', () => {
  test('a deployer who kept the roles, at once', async () => {
    const { publicClient, clientsOf, deployer } = chain
    const deployment = await deployAll(clientsOf(deployer))
    const found = await checkGovernance(publicClient, deployment, { ...holders(), deployer: deployer.address })
    for (const { id, holder } of Object.values(roles)) {
      expect(found).toContain(`${deployer.address} holds role ${id}, and should not`)
      expect(found).toContain(`${holders()[holder]} does not hold role ${id}`)
    }
    expect(found).toHaveLength(8)
    expect(await proveDeployerHoldsNothing(publicClient, deployment, deployer.address)).toHaveLength(4)
    const own = { admin: deployer.address, guardian: deployer.address }
    expect(await checkGovernance(publicClient, deployment, own)).toEqual([
      `role 0 of ${deployer.address} waits 0 s, not 172800`,
      `role 1 of ${deployer.address} waits 0 s, not 172800`,
    ])
  })

  test('each thing that an admin can change', async () => {
    const { publicClient, clientsOf, deployer, stranger, send, contracts } = chain
    const deployment = await deployAll(clientsOf(deployer))
    const own = { admin: deployer.address, guardian: deployer.address }
    const options = { ...own, roles: noDelays() }
    const manager = { address: deployment.authority, abi: accessManagerAbi } as const
    expect(await checkGovernance(publicClient, deployment, options)).toEqual([])

    const [setFee] = privilegesWithSelectors()
    if (!setFee) throw new Error('the table is empty')
    const settle = toFunctionSelector('settle(address,bytes)')
    await send(deployer, manager, 'setTargetFunctionRole', [deployment.sessions, [setFee.selector], 3n])
    await send(deployer, manager, 'setTargetFunctionRole', [deployment.sessions, [settle], 9n])
    await send(deployer, manager, 'grantRole', [2n, stranger.address, 0])
    await send(deployer, manager, 'grantRole', [9n, stranger.address, 0])
    await send(deployer, manager, 'setTargetClosed', [deployment.rewards, true])
    await send(deployer, manager, 'setRoleAdmin', [1n, 3n])
    await send(deployer, manager, 'setRoleGuardian', [2n, 3n])
    await send(deployer, manager, 'updateAuthority', [deployment.registry, contracts.manager.address])
    expect(await checkGovernance(publicClient, deployment, options)).toEqual([
      `registry.authority is ${getAddress(contracts.manager.address)}, not ${getAddress(deployment.authority)}`,
      'sessions.setFee may be called by role 3, not 1',
      `${getAddress(deployment.sessions)}.${settle} may be called by role 9, not 0`,
      `${getAddress(deployment.rewards)} is closed`,
      'role 1 is governed by role 3, not by the admin',
      `${stranger.address} holds role 2, and should not`,
      'role 2 is governed by role 3, not by the admin',
      `${stranger.address} holds role 9, and should not`,
    ])
  })
})

function writesOf(abi: Abi): AbiFunction[] {
  return abi.filter((item): item is AbiFunction => item.type === 'function' && /payable$/.test(item.stateMutability))
}

/** All arguments zero, empty or at the start: permission is asked for before any of them is looked at. */
const callOf = (selector: Hex): Hex => `${selector}${'00'.repeat(32 * 24)}`

function noDelays() {
  const atOnce = <role extends { executionDelay: number }>(role: role) => ({ ...role, executionDelay: 0 })
  const { admin, governor, slasher, guardian } = roles
  return { admin: atOnce(admin), governor: atOnce(governor), slasher: atOnce(slasher), guardian: atOnce(guardian) }
}

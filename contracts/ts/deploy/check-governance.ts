// Compares the chain with the table: who holds which role with which delay, what each role may call, and that the
// contracts belong together. An AccessManager cannot be listed, so what its events ever named is asked for again.
import { type Address, getAddress, type PublicClient } from 'viem'
import type { Deployment } from '../deployment.ts'
import {
  accessManagerAbi,
  x4pnNodeRegistryAbi,
  x4pnRewardsAbi,
  x4pnTokenAbi,
  x4pnVpnSessionsAbi,
} from '../generated/abis.ts'
import { type Holders, type Roles, roles as rolesOfTheTable } from '../governance.ts'
import { type Grant, readAssignments, readGrants } from './manager-history.ts'
import { privilegesWithSelectors } from './selectors.ts'

export type GovernanceOptions = Holders & {
  /** Asked for by name, also if no event names it. */
  deployer?: Address
  /** Those of the table, unless a test has deployed with others. */
  roles?: Roles
}

/** Every difference between the chain and the table, one line each. Empty: all is as it should be. */
export async function checkGovernance(
  client: PublicClient,
  deployment: Deployment,
  options: GovernanceOptions,
): Promise<string[]> {
  const { roles = rolesOfTheTable } = options
  return [
    ...(await wrongWiring(client, deployment)),
    ...(await wrongFunctions(client, deployment, roles)),
    ...(await wrongMembers(client, deployment, options, roles)),
  ]
}

/** Every role that `deployer` holds or will hold, one line each. Empty: it holds nothing. */
export async function proveDeployerHoldsNothing(
  client: PublicClient,
  deployment: Deployment,
  deployer: Address,
): Promise<string[]> {
  const ids = rolesOf(rolesOfTheTable, await readGrants(client, deployment))
  const held = await Promise.all(ids.map(async (id) => ({ id, ...(await accessOf(client, deployment, id, deployer)) })))
  return held.filter(({ since }) => since !== 0).map(({ id }) => `${deployer}, the deployer, holds role ${id}`)
}

async function wrongWiring(client: PublicClient, deployment: Deployment): Promise<string[]> {
  const { sessions, registry, rewards, x4pn, token, authority } = deployment
  const ofSessions = { address: sessions, abi: x4pnVpnSessionsAbi } as const
  const ofRegistry = { address: registry, abi: x4pnNodeRegistryAbi } as const
  const ofRewards = { address: rewards, abi: x4pnRewardsAbi } as const
  const facts: [string, Promise<Address>, Address][] = [
    ['sessions.authority', client.readContract({ ...ofSessions, functionName: 'authority' }), authority],
    ['registry.authority', client.readContract({ ...ofRegistry, functionName: 'authority' }), authority],
    ['rewards.authority', client.readContract({ ...ofRewards, functionName: 'authority' }), authority],
    ['sessions.TOKEN', client.readContract({ ...ofSessions, functionName: 'TOKEN' }), token],
    ['sessions.REGISTRY', client.readContract({ ...ofSessions, functionName: 'REGISTRY' }), registry],
    ['registry.BOND_TOKEN', client.readContract({ ...ofRegistry, functionName: 'BOND_TOKEN' }), x4pn],
    ['rewards.SESSIONS', client.readContract({ ...ofRewards, functionName: 'SESSIONS' }), sessions],
    ['rewards.TOKEN', client.readContract({ ...ofRewards, functionName: 'TOKEN' }), x4pn],
    ['x4pn.MINTER', client.readContract({ address: x4pn, abi: x4pnTokenAbi, functionName: 'MINTER' }), rewards],
  ]
  const found = await Promise.all(facts.map(async ([name, read, expected]) => ({ name, is: await read, expected })))
  return found
    .filter(({ is, expected }) => getAddress(is) !== getAddress(expected))
    .map(({ name, is, expected }) => `${name} is ${is}, not ${getAddress(expected)}`)
}

/** What each role may call; functions that only an event names belong to the admin, as all that nobody was given. */
async function wrongFunctions(client: PublicClient, deployment: Deployment, roles: Roles): Promise<string[]> {
  const manager = { address: deployment.authority, abi: accessManagerAbi } as const
  const rows = privilegesWithSelectors().map(({ target, function: name, role, selector }) => ({
    ...{ name: `${target}.${name}`, address: getAddress(deployment[target]), selector, role: roles[role].id },
  }))
  const named = await readAssignments(client, deployment)
  const extra = [...new Map(named.map((call) => [`${call.address} ${call.selector}`, call])).values()]
    .filter((call) => !rows.some(({ address, selector }) => address === call.address && selector === call.selector))
    .map((call) => ({ ...call, name: `${call.address}.${call.selector}`, role: roles.admin.id }))
  const found = await Promise.all(
    [...rows, ...extra].map(async ({ name, address, selector, role }) => {
      const args = [address, selector] as const
      const is = await client.readContract({ ...manager, functionName: 'getTargetFunctionRole', args })
      return is === role ? [] : [`${name} may be called by role ${is}, not ${role}`]
    }),
  )
  const targets = [...new Set([...rows, ...extra].map(({ address }) => address)), deployment.authority]
  const closed = await Promise.all(
    targets.map(async (address) => {
      const is = await client.readContract({ ...manager, functionName: 'isTargetClosed', args: [address] })
      return is ? [`${address} is closed`] : []
    }),
  )
  return [...found, ...closed].flat()
}

async function wrongMembers(
  client: PublicClient,
  deployment: Deployment,
  { deployer, ...holders }: GovernanceOptions,
  roles: Roles,
): Promise<string[]> {
  const manager = { address: deployment.authority, abi: accessManagerAbi } as const
  const grants = await readGrants(client, deployment)
  const named = [
    ...grants.map(({ account }) => account),
    holders.admin,
    holders.guardian,
    ...(deployer ? [deployer] : []),
  ]
  const accounts = new Set(named.map((account) => getAddress(account)))
  const ids = rolesOf(roles, grants)
  const differences = ids.map(async (id) => {
    const role = Object.values(roles).find((candidate) => candidate.id === id)
    const members = [...accounts].map(async (account) => {
      const { since, delay, pending } = await accessOf(client, deployment, id, account)
      const expected = role && getAddress(holders[role.holder]) === account
      if (!expected) return since === 0 ? [] : [`${account} holds role ${id}, and should not`]
      if (since === 0) return [`${account} does not hold role ${id}`]
      const waits = pending ?? delay
      return waits === role.executionDelay
        ? []
        : [`role ${id} of ${account} waits ${waits} s, not ${role.executionDelay}`]
    })
    const admin = await client.readContract({ ...manager, functionName: 'getRoleAdmin', args: [id] })
    const guardian = await client.readContract({ ...manager, functionName: 'getRoleGuardian', args: [id] })
    const above = [admin, guardian].map((is) =>
      is === 0n ? [] : [`role ${id} is governed by role ${is}, not by the admin`],
    )
    return [...(await Promise.all(members)), ...above].flat()
  })
  return (await Promise.all(differences)).flat()
}

/** `since` is 0 for who does not hold it; `pending` is a delay that will take effect later. */
async function accessOf(client: PublicClient, { authority }: Deployment, id: bigint, account: Address) {
  const [since, delay, pending, effect] = await client.readContract({
    address: authority,
    abi: accessManagerAbi,
    functionName: 'getAccess',
    args: [id, account],
  })
  return { since, delay, pending: effect === 0 ? undefined : pending }
}

/** Those of the table, and all that were ever granted. */
function rolesOf(roles: Roles, grants: Grant[]): bigint[] {
  return [...new Set([...Object.values(roles).map(({ id }) => id), ...grants.map(({ role }) => role)])]
}

// What an AccessManager was ever told, from its events: it cannot be listed otherwise.
import { type Address, getAddress, type Hex, type PublicClient } from 'viem'
import type { Deployment } from '../deployment.ts'
import { accessManagerAbi } from '../generated/abis.ts'

export type Grant = { role: bigint; account: Address }

/** Blocks asked for at once: public endpoints refuse more. */
const RANGE = 10_000n

/** Every role that anybody was ever given, whether or not they still hold it. */
export async function readGrants(client: PublicClient, deployment: Deployment): Promise<Grant[]> {
  return inRanges(client, deployment, async (range) => {
    const query = { address: deployment.authority, abi: accessManagerAbi, eventName: 'RoleGranted' } as const
    const events = await client.getContractEvents({ ...query, ...range, strict: true })
    return events.map(({ args }) => ({ role: args.roleId, account: getAddress(args.account) }))
  })
}

/** Every function that was ever given to a role. */
export async function readAssignments(
  client: PublicClient,
  deployment: Deployment,
): Promise<{ address: Address; selector: Hex }[]> {
  return inRanges(client, deployment, async (range) => {
    const query = {
      address: deployment.authority,
      abi: accessManagerAbi,
      eventName: 'TargetFunctionRoleUpdated',
    } as const
    const events = await client.getContractEvents({ ...query, ...range, strict: true })
    return events.map(({ args }) => ({ address: getAddress(args.target), selector: args.selector }))
  })
}

async function inRanges<item>(
  client: PublicClient,
  { startBlock }: Deployment,
  read: (range: { fromBlock: bigint; toBlock: bigint }) => Promise<item[]>,
): Promise<item[]> {
  const latest = await client.getBlockNumber({ cacheTime: 0 })
  const found: item[] = []
  for (let fromBlock = BigInt(startBlock); fromBlock <= latest; fromBlock += RANGE) {
    const last = fromBlock + RANGE - 1n
    found.push(...(await read({ fromBlock, toBlock: last < latest ? last : latest })))
  }
  return found
}

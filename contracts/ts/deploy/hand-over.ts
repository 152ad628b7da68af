// Sets the AccessManager up by the table, gives every role to its holder, and leaves the deployer with nothing.
import { isAddressEqual } from 'viem'
import type { Deployment } from '../deployment.ts'
import { accessManagerAbi } from '../generated/abis.ts'
import type { Holders, Roles } from '../governance.ts'
import { privilegesWithSelectors } from './selectors.ts'
import { type Clients, callContract } from './send.ts'

export async function handOver(options: Clients & Holders & { roles: Roles }, deployment: Deployment): Promise<void> {
  const { roles, walletClient } = options
  const manager = { address: deployment.authority, abi: accessManagerAbi } as const
  for (const { target, selectors, role } of grouped()) {
    await callContract(options, manager, 'setTargetFunctionRole', [deployment[target], selectors, roles[role].id])
  }
  for (const role of ['governor', 'slasher', 'guardian'] as const) {
    const { id, holder, executionDelay } = roles[role]
    await callContract(options, manager, 'labelRole', [id, role])
    await callContract(options, manager, 'grantRole', [id, options[holder], executionDelay])
  }
  // Last: from here on whatever the admin does waits for its delay.
  const { id, executionDelay } = roles.admin
  const deployer = walletClient.account.address
  await callContract(options, manager, 'grantRole', [id, options.admin, executionDelay])
  if (!isAddressEqual(deployer, options.admin)) await callContract(options, manager, 'renounceRole', [id, deployer])
}

/** The table's rows, those of one target and role together. */
function grouped() {
  const rows = privilegesWithSelectors()
  const keys = [...new Set(rows.map(({ target, role }) => `${target} ${role}`))]
  return keys.map((key) => {
    const group = rows.filter(({ target, role }) => `${target} ${role}` === key)
    const [first] = group
    if (!first) throw new Error(`no rows for ${key}`)
    return { target: first.target, role: first.role, selectors: group.map(({ selector }) => selector) }
  })
}

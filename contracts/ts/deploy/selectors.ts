// The privileged functions as the AccessManager knows them: target and selector.
import { type Abi, type AbiFunction, type Hex, toFunctionSelector } from 'viem'
import { x4pnNodeRegistryAbi, x4pnRewardsAbi, x4pnVpnSessionsAbi } from '../generated/abis.ts'
import { privileges, type RoleName, type Target } from '../governance.ts'

const abis: Record<Target, Abi> = {
  sessions: x4pnVpnSessionsAbi,
  registry: x4pnNodeRegistryAbi,
  rewards: x4pnRewardsAbi,
}

export type Privilege = { target: Target; function: string; role: RoleName; selector: Hex }

/** The table's rows, each with its selector. Throws for a function that the contract does not have. */
export function privilegesWithSelectors(): Privilege[] {
  return privileges.map((row) => ({ ...row, selector: selectorOf(row.target, row.function) }))
}

function selectorOf(target: Target, name: string): Hex {
  const found = abis[target].filter((item): item is AbiFunction => item.type === 'function' && item.name === name)
  const [only] = found
  if (!only || found.length > 1) throw new Error(`${target} has ${found.length} functions named ${name}, not one`)
  return toFunctionSelector(only)
}

// Who may do what: the one table of privileged functions. The deployment sets the AccessManager up by it, and
// `checkGovernance` compares the chain with it. Whatever is not in it nobody may call, or everybody.
import type { Deployment } from './deployment.ts'

const DAY = 86_400

/** Who holds roles: the admin is a Safe, the guardian a key or a Safe that can act at once. */
export type Holders = { admin: `0x${string}`; guardian: `0x${string}` }

type Role = {
  /** In the AccessManager. 0 is its admin, who changes who holds what. */
  id: bigint
  holder: keyof Holders
  /** Seconds for which a scheduled call waits in the AccessManager, for all to see, before it can be executed. */
  executionDelay: number
}

export type Roles = { admin: Role; governor: Role; slasher: Role; guardian: Role }
export type RoleName = keyof Roles

/** Contracts with privileged functions, by their names in a `Deployment`. */
export type Target = keyof Pick<Deployment, 'sessions' | 'registry' | 'rewards'>

export const roles: Roles = {
  admin: { id: 0n, holder: 'admin', executionDelay: 2 * DAY },
  governor: { id: 1n, holder: 'admin', executionDelay: 2 * DAY },
  // At once: a freeze that is announced comes too late, and burning waits in the registry for a week at least.
  slasher: { id: 2n, holder: 'admin', executionDelay: 0 },
  guardian: { id: 3n, holder: 'guardian', executionDelay: 0 },
}

/**
 * Target, function, role; the execution delay is the role's. What a function sets takes effect only after a further
 * delay that its contract keeps (sessions and rewards 7 days, registry 37), except a raised reference floor. A
 * DepositRouter's `setFeed` belongs here, as the governor's.
 */
export const privileges = [
  { target: 'sessions', function: 'setFee', role: 'governor' },
  { target: 'sessions', function: 'setTreasury', role: 'governor' },
  { target: 'sessions', function: 'pauseInflows', role: 'guardian' },
  { target: 'sessions', function: 'unpauseInflows', role: 'guardian' },
  { target: 'registry', function: 'setMinimumBond', role: 'governor' },
  { target: 'registry', function: 'setSlashCaps', role: 'governor' },
  { target: 'registry', function: 'openCase', role: 'slasher' },
  { target: 'registry', function: 'executeCase', role: 'slasher' },
  { target: 'registry', function: 'dismissCase', role: 'slasher' },
  { target: 'rewards', function: 'setReferenceFloor', role: 'governor' },
  { target: 'rewards', function: 'setKappa', role: 'governor' },
  { target: 'rewards', function: 'setPriceFeed', role: 'governor' },
  { target: 'rewards', function: 'pauseMinting', role: 'guardian' },
  { target: 'rewards', function: 'unpauseMinting', role: 'guardian' },
] as const satisfies readonly { target: Target; function: string; role: RoleName }[]

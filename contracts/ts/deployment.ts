// Where the contracts are: one record a network, passed in at run time so that one build serves every network.
import type { Address } from 'viem'

export type Deployment = {
  chainId: number
  sessions: Address
  registry: Address
  /** What users pay with. */
  token: Address
  /** The token's. USDC: 6 (BSC's: 18). */
  decimals: number
  /** What bonds and rewards are in. */
  x4pn: Address
  rewards: Address
  /** The AccessManager. */
  authority: Address
  /** Block of the first deployment; indexing and watching start here. */
  startBlock: number
}

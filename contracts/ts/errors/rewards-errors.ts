// The errors of `X4PNRewards` and `X4PNToken`, in words.
import { formatUnits } from 'viem'
import type { x4pnRewardsAbi, x4pnTokenAbi } from '../generated/abis.ts'
import { type ErrorName, nameIn, type Sentences, time } from './sentences.ts'

type RewardsAbi = typeof x4pnRewardsAbi
type TokenAbi = typeof x4pnTokenAbi

export const rewardsErrors: Sentences<RewardsAbi, Extract<ErrorName<RewardsAbi>, `Rewards_${string}`>> = {
  Rewards_AlreadyRolled: ({ epoch }) => `What epoch ${epoch} mints was fixed before. Claim it.`,
  Rewards_BadAddress: ({ account }) => `There is no contract at ${account}. Deploy with the right address.`,
  Rewards_EpochOpen: ({ epoch }) => `Epoch ${epoch} has not ended: fees can still be booked in it. Wait for its end.`,
  Rewards_NoPayout: ({ node }) =>
    `The registry knows no payout address for the node ${node}. Its operator sets one with setPayout; nothing is lost until then.`,
  Rewards_NotMinter: ({ token }) => `${token} names another minter. Deploy with a token whose minter this contract is.`,
  Rewards_OutOfBounds: ({ name, value }) =>
    `The parameter ${nameIn(name)} cannot be ${value}. See the bounds in the contract.`,
  Rewards_PauseTooSoon: ({ from }) => `The next pause of minting can begin at ${time(from)}.`,
  Rewards_Paused: ({ until }) => `Minting is paused until ${time(until)}. Wait; nothing is lost.`,
}

export const x4pnTokenErrors: Sentences<TokenAbi, Extract<ErrorName<TokenAbi>, `Token_${string}`>> = {
  Token_AboveCap: ({ supply, cap }) =>
    `The supply would be ${formatUnits(supply, 18)} X4PN, above the cap of ${formatUnits(cap, 18)}.`,
  Token_BadMinter: () => 'The zero address cannot mint. Deploy with the rewards contract as the minter.',
  Token_NotMinter: ({ caller }) => `${caller} may not mint X4PN. Only the rewards contract can.`,
}

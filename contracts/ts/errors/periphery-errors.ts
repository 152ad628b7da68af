// The errors of what stands around the core, in words: deposit router and upkeep.
import type { x4pnDepositRouterAbi, x4pnUpkeepAbi } from '../generated/abis.ts'
import { type ErrorName, nameIn, type Sentences, time } from './sentences.ts'

type RouterAbi = typeof x4pnDepositRouterAbi

export const routerErrors: Sentences<RouterAbi, Extract<ErrorName<RouterAbi>, `Router_${string}`>> = {
  Router_BadAddress: ({ account }) =>
    `${account} cannot be what it is said to be here: a user who could withdraw, or a contract. Name another.`,
  Router_BadPrice: ({ feed, answer }) =>
    `The price feed ${feed} says ${answer}, which is outside what is believed. Deposit USDC itself, or wait.`,
  Router_Expired: ({ deadline }) => `The deadline ${time(deadline)} has passed. Send it again with a later one.`,
  Router_NoPool: ({ tokenIn, poolFee }) =>
    `Uniswap has no pool of ${tokenIn} and USDC with a fee of ${Number(poolFee) / 10_000} %. Name another fee.`,
  Router_NotPool: ({ caller }) => `${caller} is not the pool of a swap under way. Only that one may ask for payment.`,
  Router_NotWrapped: ({ sender }) => `${sender} sent native coins without a deposit. Use depositNative.`,
  Router_OutOfBounds: ({ name, value }) =>
    `The parameter ${nameIn(name)} cannot be ${value}. See the bounds in the contract.`,
  Router_OutputTooLow: ({ amountOut, minimum }, money) =>
    `The swap would bring ${money(amountOut)}, less than the ${money(minimum)} that it must: the pool's price is off. Try another pool, less, or later.`,
  Router_RefundFailed: ({ payer, amount }) =>
    `The contract ${payer} did not take back ${amount} wei of native coins that were not needed. Send less, or pay with the wrapped coin.`,
  Router_StalePrice: ({ feed, updatedAt }) =>
    `The price feed ${feed} spoke last at ${time(updatedAt)}, which is too long ago. Deposit USDC itself, or wait.`,
  Router_TokenTakesFee: ({ token, amountIn, received }) =>
    `Of ${amountIn} base units of ${token} only ${received} arrived: it takes a fee on transfers. Pay with another token.`,
  Router_UnsupportedToken: ({ token }) =>
    `${token} is not taken here: no price feed is set for it. Pay with another token.`,
  Router_ZeroAmount: () => 'The amount is zero. Name one.',
}

export const upkeepErrors: Sentences<typeof x4pnUpkeepAbi> = {
  Upkeep_BadAddress: ({ account }) => `There is no contract at ${account}. Deploy with the right address.`,
  Upkeep_PageTooLarge: ({ limit, most }) => `A page of ${limit} nodes is above ${most}. Register more upkeeps instead.`,
  Upkeep_TooManyCalls: ({ calls, most }) => `${calls} calls are more than the ${most} of one upkeep. Send several.`,
}

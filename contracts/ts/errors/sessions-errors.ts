// The errors of `X4PNVpnSessions`, in words.
import type { x4pnVpnSessionsAbi } from '../generated/abis.ts'
import { type ErrorName, nameIn, type Sentences, time } from './sentences.ts'

type SessionsAbi = typeof x4pnVpnSessionsAbi

export const sessionsErrors: Sentences<SessionsAbi, Extract<ErrorName<SessionsAbi>, `Sessions_${string}`>> = {
  Sessions_AlreadyOpened: ({ id }) =>
    `The stream ${id} was opened before, and an id lives once. Take a new session key.`,
  Sessions_AmountTooLarge: ({ amount }, money) => `${money(amount)} do not fit 96 bits. Take less.`,
  Sessions_BadAddress: ({ account }) =>
    `Money sent to ${account} could never be taken out again: it is the zero address or the contract itself. Name another account.`,
  Sessions_BadItemsLength: ({ length, itemSize }) =>
    `The packed items are ${length} bytes, not a multiple of ${itemSize}. Pack them with packSettleItems or packReleaseItems.`,
  Sessions_BadParameter: ({ name, value }) =>
    `The parameter ${nameIn(name)} cannot be ${value}. See the bounds in the contract, and deploy again.`,
  Sessions_BadSignature: ({ signer }) =>
    `The signature is not ${signer}'s over these values. Sign exactly what is sent; after a top-up ask the node for a new release.`,
  Sessions_BadToken: ({ token }) =>
    `${token} is no token, or has other decimals than were said. Deploy with the right address and decimals.`,
  Sessions_BalanceTooLow: ({ account, available, needed }, money) =>
    `${account} has a free balance of ${money(available)}, and ${money(needed)} are needed. Deposit the rest, or take less.`,
  Sessions_ClaimTooLow: ({ claim, due }, money) =>
    `The attached receipt proves ${money(claim)}, and the node's release names ${money(due)}. Attach the last receipt that was signed.`,
  Sessions_DeadlineTooFar: ({ deadline, latest }) =>
    `The signed deadline ${time(deadline)} is later than ${time(latest)}, which is as far ahead as this may be signed. Sign again with an earlier one.`,
  Sessions_Expired: ({ deadline }) => `The signature was good until ${time(deadline)}. Sign again.`,
  Sessions_FeeAboveCap: ({ feeBps, capBps }) => `A fee of ${feeBps} basis points is above the cap of ${capBps}.`,
  Sessions_InflowsPaused: ({ until }) =>
    `Deposits, openings and top-ups are paused until ${time(until)}. Wait; stopping, closing and withdrawing work as ever.`,
  Sessions_IntentUsed: ({ digest }) =>
    `This withdrawal (${digest}) has been made before. For another one, sign with another salt.`,
  Sessions_NoPayout: ({ node }) =>
    `The registry knows no payout address for the node ${node}. Its operator sets one with setPayout; the balance stays until then.`,
  Sessions_NotClosable: ({ id }) =>
    `The stream ${id} was never opened, or is closed already. There is nothing to close.`,
  Sessions_NotOpen: ({ id }) =>
    `The stream ${id} is not open: it was never opened, or has been stopped or closed. Open a new one with a new session key.`,
  Sessions_NotStopped: ({ id }) => `The stream ${id} is still open. Stop it first, and close it after the window.`,
  Sessions_NothingToPay: ({ account }) =>
    `Nothing is owed to ${account} now. Try again after the next settlement or booking.`,
  Sessions_WindowOpen: ({ id, closableAt }) =>
    `The stream ${id} can be closed without its node from ${time(closableAt)} on. Wait, or ask the node for a release.`,
  Sessions_ZeroAmount: () => 'The amount is zero. Name one.',
}

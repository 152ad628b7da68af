// The errors that come from OpenZeppelin's contracts under and beside ours, in words.
import type {
  accessManagerAbi,
  x4pnDepositRouterAbi,
  x4pnNodeRegistryAbi,
  x4pnRewardsAbi,
  x4pnTokenAbi,
  x4pnVpnSessionsAbi,
} from '../generated/abis.ts'
import { type ErrorName, type Sentences, time } from './sentences.ts'

type TokenAbi = typeof x4pnTokenAbi

/** What tokens say (ERC-6093, ERC-2612): X4PN, and most others. USDC itself speaks in strings. */
export const tokenErrors: Sentences<
  TokenAbi,
  Extract<ErrorName<TokenAbi>, `${'ERC20' | 'ERC2612' | 'ECDSA'}${string}`>
> = {
  ECDSAInvalidSignature: () => "The signature is nobody's. Sign again.",
  ECDSAInvalidSignatureLength: ({ length }) => `A signature has 65 bytes, not ${length}.`,
  ECDSAInvalidSignatureS: ({ s }) => `The signature has a high s (${s}). Sign with a library that makes low ones.`,
  ERC20InsufficientBalance: ({ sender, balance, needed }) =>
    `The wallet ${sender} holds ${balance} base units of the token, and ${needed} are needed. Take less.`,
  ERC20InsufficientAllowance: ({ spender, allowance, needed }) =>
    `${spender} may take ${allowance} base units of the token from this wallet, and ${needed} are needed. Approve them first.`,
  ERC20InvalidApprover: ({ approver }) => `${approver} cannot approve anything.`,
  ERC20InvalidReceiver: ({ receiver }) => `The token moves nothing to ${receiver}. Name another account.`,
  ERC20InvalidSender: ({ sender }) => `The token moves nothing from ${sender}. Name another account.`,
  ERC20InvalidSpender: ({ spender }) => `${spender} cannot be allowed anything. Name another account.`,
  ERC2612ExpiredSignature: ({ deadline }) => `The permit was good until ${time(deadline)}. Sign a new one.`,
  ERC2612InvalidSigner: ({ signer, owner }) =>
    `The permit was signed by ${signer}, not by ${owner}. Sign as the owner.`,
}

export const accessManagerErrors: Sentences<typeof accessManagerAbi> = {
  AccessManagerAlreadyScheduled: ({ operationId }) =>
    `The operation ${operationId} is scheduled already. Wait for it, or cancel it first.`,
  AccessManagerBadConfirmation: () => 'Renouncing a role must be confirmed with the own address.',
  AccessManagerExpired: ({ operationId }) =>
    `The operation ${operationId} was not executed in time. Schedule it again.`,
  AccessManagerInvalidInitialAdmin: ({ initialAdmin }) => `${initialAdmin} cannot be the first admin. Name an account.`,
  AccessManagerLockedFunction: ({ selector }) => `The function ${selector} of the access manager is locked.`,
  AccessManagerLockedRole: ({ roleId }) => `The role ${roleId} cannot be changed.`,
  AccessManagerNotReady: ({ operationId }) =>
    `The delay of the operation ${operationId} is not over. Execute it later.`,
  AccessManagerNotScheduled: ({ operationId }) => `The operation ${operationId} is not scheduled. Schedule it first.`,
  AccessManagerUnauthorizedAccount: ({ msgsender, roleId }) =>
    `${msgsender} does not have the role ${roleId}. Send it from an account that has.`,
  AccessManagerUnauthorizedCall: ({ caller, target, selector }) =>
    `${caller} may not call ${selector} of ${target}. Send it from an account with the role for it.`,
  AccessManagerUnauthorizedCancel: ({ msgsender, caller, target, selector }) =>
    `${msgsender} may not cancel what ${caller} scheduled, ${selector} of ${target}. Its guardian or admin can.`,
  AccessManagerUnauthorizedConsume: ({ target }) => `${target} is not consuming a scheduled operation.`,
  AddressEmptyCode: ({ target }) => `There is no contract at ${target}.`,
  FailedCall: () => 'The call that was made on behalf of somebody failed without a reason.',
  InsufficientBalance: ({ balance, needed }) =>
    `${needed} wei of the native coin are needed, and there are ${balance}.`,
  SafeCastOverflowedUintDowncast: ({ bits, value }) => `${value} does not fit ${bits} bits. Take less.`,
}

type OwnAbi =
  | typeof x4pnVpnSessionsAbi
  | typeof x4pnNodeRegistryAbi
  | typeof x4pnDepositRouterAbi
  | typeof x4pnRewardsAbi
  | TokenAbi
type Own = `${'Sessions' | 'Registry' | 'Bond' | 'Router' | 'Rewards' | 'Token'}_${string}`
type Elsewhere = Own | keyof typeof accessManagerErrors | keyof typeof tokenErrors

/** Of the libraries inside our contracts. */
export const libraryErrors: Sentences<OwnAbi, Exclude<ErrorName<OwnAbi>, Elsewhere>> = {
  AccessManagedInvalidAuthority: ({ authority }) => `${authority} cannot be the authority: it is no contract.`,
  AccessManagedRequiredDelay: ({ caller, delay }) =>
    `${caller} may do this only ${delay} seconds after scheduling it. Schedule it with the access manager first.`,
  AccessManagedUnauthorized: ({ caller }) => `${caller} may not do this. Governance can, after its delay.`,
  InvalidAccountNonce: ({ account, currentNonce }) =>
    `The signature was used before: ${account} is at nonce ${currentNonce}. Sign a new one.`,
  InvalidShortString: () => 'A text is not stored as it should be.',
  ReentrancyGuardReentrantCall: () =>
    'The contract was called again in the middle of a call. A token or wallet calls back.',
  SafeCastOverflowedUintToInt: ({ value }) => `${value} is too large an amount. Take less.`,
  SafeERC20FailedOperation: ({ token }) =>
    `The token ${token} did not move the money. Check balance and allowance, and that no account is blocked.`,
  StringTooLong: ({ str }) => `The text "${str}" is too long.`,
}

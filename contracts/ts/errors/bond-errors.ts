// The errors of bonds and slashing, part of `X4PNNodeRegistry`, in words. Bonds are shown in whole X4PN.
import { formatUnits } from 'viem'
import type { x4pnNodeRegistryAbi } from '../generated/abis.ts'
import { type ErrorName, nameIn, type Sentences, time } from './sentences.ts'

type RegistryAbi = typeof x4pnNodeRegistryAbi

const x4pn = (amount: bigint): string => `${formatUnits(amount, 18)} X4PN`

export const bondErrors: Sentences<RegistryAbi, Extract<ErrorName<RegistryAbi>, `Bond_${string}`>> = {
  Bond_BadAddress: ({ account }) => `${account} cannot be what it is said to be here. Name another account.`,
  Bond_BadCase: ({ caseId }) =>
    `There is no case ${caseId}, or it is over, or was objected to before. Look it up with slashCase.`,
  Bond_BadCid: ({ length }) => `A CID of ${length} bytes is missing or too long. Give one of at most 128 bytes.`,
  Bond_ExitNotReady: ({ node, exitAt }) =>
    `What leaves the bond of the node ${node} can be taken from ${time(exitAt)} on. Wait until then.`,
  Bond_Frozen: ({ node, frozen }) =>
    `Open cases hold ${x4pn(frozen)} of the bond of the node ${node}. Wait until they are executed or dismissed.`,
  Bond_NoExit: ({ node }) => `Nothing is leaving the bond of the node ${node}. Start an exit first.`,
  Bond_NotOperator: ({ caseId, caller }) =>
    `${caller} does not operate the node that case ${caseId} is about. Only its operator objects.`,
  Bond_NothingToFreeze: ({ node }) =>
    `The node ${node} has no bond that a case could freeze now: none, all of it frozen, or this epoch's cap is used up.`,
  Bond_OutOfBounds: ({ name, value }) =>
    `The parameter ${nameIn(name)} cannot be ${value}. See the bounds in the contract.`,
  Bond_TooEarly: ({ caseId, from }) => `Case ${caseId} can be executed from ${time(from)} on. Wait until then.`,
  Bond_TooHigh: ({ node, amount, bond }) =>
    `${x4pn(amount)} are more than the ${x4pn(bond)} that the node ${node} has. Take less.`,
  Bond_TooLate: ({ caseId, until }) => `This could be done with case ${caseId} until ${time(until)}.`,
  Bond_TooLow: ({ node, bond, minimum }) =>
    `The node ${node} would have a bond of ${x4pn(bond)}, less than ${x4pn(minimum)}. Leave more, or take all of it.`,
  Bond_ZeroAmount: () => 'The amount is zero. Name one.',
}

// Slashing cases: what they freeze, and how they end.
import { BigInt, Bytes, ethereum, log } from '@graphprotocol/graph-ts'
import { SlashCase } from '../../generated/schema'
import { slashCaseId } from '../ids'
import { countBonded, recordBondChange, setExiting } from './bonds'
import { loadNode } from './nodes'
import { loadProtocol } from './protocol'

export function openCase(
  event: ethereum.Event,
  number: BigInt,
  nodeId: Bytes,
  holderId: Bytes,
  amount: BigInt,
  executableAt: BigInt,
  evidenceCid: string,
): void {
  const found = new SlashCase(slashCaseId(number))
  found.number = number
  found.node = nodeId
  found.amount = amount
  found.status = 'OPEN'
  found.openedAt = event.block.timestamp
  found.executableAt = executableAt
  found.evidenceCid = evidenceCid
  found.save()

  const holder = loadNode(holderId)
  holder.bondFrozen = holder.bondFrozen.plus(amount)
  holder.save()

  const protocol = loadProtocol()
  protocol.slashCaseCount += 1
  protocol.save()
}

export function objectToCase(event: ethereum.Event, number: BigInt, executableAt: BigInt, statementCid: string): void {
  const found = requireCase(number)
  found.status = 'OBJECTED'
  found.objectedAt = event.block.timestamp
  found.executableAt = executableAt
  found.statementCid = statementCid
  found.save()
}

export function slash(event: ethereum.Event, number: BigInt, holderId: Bytes, amount: BigInt, bond: BigInt): void {
  endCase(event, number, holderId, 'EXECUTED')
  const holder = loadNode(holderId)
  holder.bond = bond
  if (holder.bondExiting.gt(bond)) setExiting(holder, bond)
  holder.save()
  countBonded(amount.neg())
  const protocol = loadProtocol()
  protocol.slashed = protocol.slashed.plus(amount)
  protocol.save()
  recordBondChange(event, holder, 'SLASHED', amount, null)
}

/** Whatever the end, the case holds nothing any more. */
export function endCase(event: ethereum.Event, number: BigInt, holderId: Bytes, status: string): void {
  const found = requireCase(number)
  found.status = status
  found.endedAt = event.block.timestamp
  found.save()
  const holder = loadNode(holderId)
  holder.bondFrozen = holder.bondFrozen.minus(found.amount)
  holder.save()
}

function requireCase(number: BigInt): SlashCase {
  const found = SlashCase.load(slashCaseId(number))
  if (found == null) log.critical('case {} was never opened: is startBlock after the deployment?', [number.toString()])
  return found as SlashCase
}

// Decodes the events about bonds and slashing of X4PNNodeRegistry; src/store changes the entities.
import {
  BondAdded,
  BondCarriedOn,
  BondExited,
  BondExitStarted,
  MinimumBondScheduled,
  SlashCapsScheduled,
  SlashCaseDismissed,
  SlashCaseLapsed,
  SlashCaseObjected,
  SlashCaseOpened,
  Slashed,
} from '../../generated/X4PNNodeRegistry/X4PNNodeRegistry'
import { addBond, carryOn, finishExit, startExit } from '../store/bonds'
import { scheduleParameter } from '../store/parameters'
import { endCase, objectToCase, openCase, slash } from '../store/slashing'

export function handleBondAdded(event: BondAdded): void {
  addBond(event, event.params.node, event.params.from, event.params.amount, event.params.bond)
}

export function handleBondExitStarted(event: BondExitStarted): void {
  startExit(event, event.params.node, event.params.amount, event.params.exitAt)
}

export function handleBondExited(event: BondExited): void {
  finishExit(event, event.params.node, event.params.to, event.params.amount, event.params.bond)
}

export function handleBondCarriedOn(event: BondCarriedOn): void {
  carryOn(event, event.params.node, event.params.successor, event.params.bond)
}

export function handleSlashCaseOpened(event: SlashCaseOpened): void {
  const params = event.params
  openCase(event, params.caseId, params.node, params.holder, params.amount, params.executableAt, params.evidenceCid)
}

export function handleSlashCaseObjected(event: SlashCaseObjected): void {
  objectToCase(event, event.params.caseId, event.params.executableAt, event.params.statementCid)
}

export function handleSlashed(event: Slashed): void {
  slash(event, event.params.caseId, event.params.holder, event.params.amount, event.params.bond)
}

export function handleSlashCaseDismissed(event: SlashCaseDismissed): void {
  endCase(event, event.params.caseId, event.params.holder, 'DISMISSED')
}

export function handleSlashCaseLapsed(event: SlashCaseLapsed): void {
  endCase(event, event.params.caseId, event.params.holder, 'LAPSED')
}

export function handleMinimumBondScheduled(event: MinimumBondScheduled): void {
  scheduleParameter(event, 'minimumBond', [event.params.minimum], null, event.params.effectiveAt)
}

export function handleSlashCapsScheduled(event: SlashCapsScheduled): void {
  const caps = [event.params.caseBps, event.params.epochBps]
  scheduleParameter(event, 'slashCaps', caps, null, event.params.effectiveAt)
}

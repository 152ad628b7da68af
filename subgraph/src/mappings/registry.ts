// Decodes the events of X4PNNodeRegistry; src/store changes the entities.
import { Address, BigInt, Bytes } from '@graphprotocol/graph-ts'
import {
  Heartbeat,
  NodeRegistered,
  NodeSucceeded,
  NodeUpdated,
  OperatorTransferred,
  OperatorTransferStarted,
} from '../../generated/X4PNNodeRegistry/X4PNNodeRegistry'
import { acceptOperator, offerOperator } from '../store/operators'
import { heartbeat, NodeTerms, registerNode, succeedNode, updateNode } from '../store/registrations'

export function handleNodeRegistered(event: NodeRegistered): void {
  const params = event.params.params
  const terms = decodeTerms(
    params.payout,
    params.pricePerGiB,
    params.pricePerHour,
    params.country,
    params.flags,
    params.commitment,
    params.apiUrl,
    params.metadataCid,
  )
  registerNode(event, event.params.node, event.params.operator, terms)
}

export function handleNodeUpdated(event: NodeUpdated): void {
  const params = event.params.params
  const terms = decodeTerms(
    params.payout,
    params.pricePerGiB,
    params.pricePerHour,
    params.country,
    params.flags,
    params.commitment,
    params.apiUrl,
    params.metadataCid,
  )
  updateNode(event, event.params.node, terms)
}

export function handleNodeSucceeded(event: NodeSucceeded): void {
  succeedNode(event, event.params.node, event.params.successor, event.params.operator)
}

export function handleOperatorTransferStarted(event: OperatorTransferStarted): void {
  offerOperator(event, event.params.node, event.params.from, event.params.to)
}

export function handleOperatorTransferred(event: OperatorTransferred): void {
  acceptOperator(event, event.params.node, event.params.from, event.params.to)
}

export function handleHeartbeat(event: Heartbeat): void {
  heartbeat(event, event.params.node)
}

/** The two events carry the same tuple as two generated classes, hence the single values. */
function decodeTerms(
  payout: Address,
  pricePerGiB: BigInt,
  pricePerHour: BigInt,
  country: Bytes,
  flags: i32,
  commitment: Bytes,
  apiUrl: string,
  metadataCid: string,
): NodeTerms {
  return new NodeTerms(
    payout.equals(Address.zero()) ? null : payout,
    pricePerGiB,
    pricePerHour,
    country[0] == 0 ? null : country.toString(),
    flags,
    commitment,
    apiUrl,
    metadataCid.length == 0 ? null : metadataCid,
  )
}

// What operators say about nodes: registration, changes, succession, signs of life.
import { BigInt, Bytes, ethereum } from '@graphprotocol/graph-ts'
import { Heartbeat, Node, NodeUpdate, Succession } from '../../generated/schema'
import { eventId } from '../ids'
import { loadNode } from './nodes'
import { countOperatorNodes } from './operators'
import { loadProtocol } from './protocol'

const RETIRED: i32 = 1

/** The contract's NodeParams, with null where the operator said nothing. */
export class NodeTerms {
  constructor(
    public payout: Bytes | null,
    public pricePerGiB: BigInt,
    public pricePerHour: BigInt,
    public country: string | null,
    public flags: i32,
    public commitment: Bytes,
    public apiUrl: string,
    public metadataCid: string | null,
  ) {}
}

export function registerNode(event: ethereum.Event, id: Bytes, operator: Bytes, terms: NodeTerms): void {
  const now = event.block.timestamp
  const node = loadNode(id)
  node.registered = true
  node.operator = operator
  node.registeredAt = now
  node.lastSeen = now
  applyTerms(event, node, terms, true)

  countOperatorNodes(operator, 1, now)
  const protocol = loadProtocol()
  protocol.nodeCount += 1
  protocol.save()
}

export function updateNode(event: ethereum.Event, id: Bytes, terms: NodeTerms): void {
  applyTerms(event, loadNode(id), terms, false)
}

/** The contract has registered the successor just before, and updates the old node just after. */
export function succeedNode(event: ethereum.Event, id: Bytes, successor: Bytes, operator: Bytes): void {
  const node = loadNode(id)
  node.successor = successor
  node.listed = isListed(node)
  node.updatedAt = event.block.timestamp
  node.save()

  const succession = new Succession(eventId(event))
  succession.node = id
  succession.successor = successor
  succession.operator = operator
  succession.block = event.block.number
  succession.timestamp = event.block.timestamp
  succession.transactionHash = event.transaction.hash
  succession.save()
}

export function heartbeat(event: ethereum.Event, id: Bytes): void {
  const node = loadNode(id)
  node.lastSeen = event.block.timestamp
  node.save()

  const beat = new Heartbeat(eventId(event))
  beat.node = id
  beat.block = event.block.number
  beat.timestamp = event.block.timestamp
  beat.transactionHash = event.transaction.hash
  beat.save()
}

function isListed(node: Node): boolean {
  return node.registered && !node.retired && node.successor === null
}

function applyTerms(event: ethereum.Event, node: Node, terms: NodeTerms, registration: boolean): void {
  node.payout = terms.payout
  node.pricePerGiB = terms.pricePerGiB
  node.pricePerHour = terms.pricePerHour
  node.country = terms.country
  node.flags = terms.flags
  node.retired = (terms.flags & RETIRED) != 0
  node.commitment = terms.commitment
  node.apiUrl = terms.apiUrl
  node.metadataCid = terms.metadataCid
  node.listed = isListed(node)
  node.updatedAt = event.block.timestamp
  node.save()

  const update = new NodeUpdate(eventId(event))
  update.node = node.id
  update.registration = registration
  update.payout = terms.payout
  update.pricePerGiB = terms.pricePerGiB
  update.pricePerHour = terms.pricePerHour
  update.country = terms.country
  update.flags = terms.flags
  update.commitment = terms.commitment
  update.apiUrl = terms.apiUrl
  update.metadataCid = terms.metadataCid
  update.block = event.block.number
  update.timestamp = event.block.timestamp
  update.transactionHash = event.transaction.hash
  update.save()
}

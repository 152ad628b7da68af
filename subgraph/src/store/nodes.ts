// Nodes come into being when they are registered, or when somebody opens a stream to an address that never was.
import { BigInt, Bytes } from '@graphprotocol/graph-ts'
import { Node } from '../../generated/schema'

export function loadNode(address: Bytes): Node {
  const known = Node.load(address)
  if (known != null) return known
  const node = new Node(address)
  node.registered = false
  node.pricePerGiB = BigInt.zero()
  node.pricePerHour = BigInt.zero()
  node.flags = 0
  node.retired = false
  node.listed = false
  node.commitment = Bytes.empty()
  node.apiUrl = ''
  node.balance = BigInt.zero()
  node.earned = BigInt.zero()
  node.fees = BigInt.zero()
  node.feesBooked = BigInt.zero()
  node.paidOut = BigInt.zero()
  node.bond = BigInt.zero()
  node.bondExiting = BigInt.zero()
  node.bondFrozen = BigInt.zero()
  node.rewarded = BigInt.zero()
  node.streamCount = 0
  node.openStreamCount = 0
  return node
}

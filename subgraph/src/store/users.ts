// Users come into being with their first deposit, stream or relay fee.
import { BigInt, Bytes } from '@graphprotocol/graph-ts'
import { User } from '../../generated/schema'
import { loadProtocol } from './protocol'

export function loadUser(address: Bytes, now: BigInt): User {
  const known = User.load(address)
  if (known != null) return known
  const user = new User(address)
  user.balance = BigInt.zero()
  user.deposited = BigInt.zero()
  user.withdrawn = BigInt.zero()
  user.escrowed = BigInt.zero()
  user.spent = BigInt.zero()
  user.refunded = BigInt.zero()
  user.relayFeesPaid = BigInt.zero()
  user.relayFeesEarned = BigInt.zero()
  user.streamCount = 0
  user.openStreamCount = 0
  user.createdAt = now
  const protocol = loadProtocol()
  protocol.userCount += 1
  protocol.save()
  return user
}

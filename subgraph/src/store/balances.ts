// Users' free balances: in, out, and what relayers are paid.
import { BigInt, Bytes, ethereum } from '@graphprotocol/graph-ts'
import { Deposit, RelayFee, Withdrawal } from '../../generated/schema'
import { eventId } from '../ids'
import { newProtocolPoint } from './points'
import { loadProtocol } from './protocol'
import { loadUser } from './users'

export function deposit(event: ethereum.Event, userId: Bytes, payer: Bytes, amount: BigInt): void {
  const user = loadUser(userId, event.block.timestamp)
  user.balance = user.balance.plus(amount)
  user.deposited = user.deposited.plus(amount)
  user.save()

  const protocol = loadProtocol()
  protocol.deposited = protocol.deposited.plus(amount)
  protocol.save()

  const record = new Deposit(eventId(event))
  record.user = userId
  record.payer = payer
  record.amount = amount
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()

  const point = newProtocolPoint()
  point.deposited = amount
  point.save()
}

export function withdraw(event: ethereum.Event, userId: Bytes, to: Bytes, amount: BigInt): void {
  const user = loadUser(userId, event.block.timestamp)
  user.balance = user.balance.minus(amount)
  user.withdrawn = user.withdrawn.plus(amount)
  user.save()

  const protocol = loadProtocol()
  protocol.withdrawn = protocol.withdrawn.plus(amount)
  protocol.save()

  const record = new Withdrawal(eventId(event))
  record.user = userId
  record.to = to
  record.amount = amount
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()

  const point = newProtocolPoint()
  point.withdrawn = amount
  point.save()
}

/** The fee moves from the user's free balance to the relayer's; what a wallet pays for it is deposited first. */
export function payRelayFee(event: ethereum.Event, userId: Bytes, feeTo: Bytes, amount: BigInt): void {
  const user = loadUser(userId, event.block.timestamp)
  user.balance = user.balance.minus(amount)
  user.relayFeesPaid = user.relayFeesPaid.plus(amount)
  user.save()

  const relayer = loadUser(feeTo, event.block.timestamp)
  relayer.balance = relayer.balance.plus(amount)
  relayer.relayFeesEarned = relayer.relayFeesEarned.plus(amount)
  relayer.save()

  const protocol = loadProtocol()
  protocol.relayFees = protocol.relayFees.plus(amount)
  protocol.save()

  const record = new RelayFee(eventId(event))
  record.user = userId
  record.relayer = feeTo
  record.amount = amount
  record.block = event.block.number
  record.timestamp = event.block.timestamp
  record.transactionHash = event.transaction.hash
  record.save()
}

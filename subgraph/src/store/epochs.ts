// Epochs come into being when fees are booked in them, or when one without any is rolled.
import { BigInt } from '@graphprotocol/graph-ts'
import { Epoch } from '../../generated/schema'
import { epochId } from '../ids'

export function loadEpoch(number: BigInt): Epoch {
  const known = Epoch.load(epochId(number))
  if (known != null) return known
  const epoch = new Epoch(epochId(number))
  epoch.number = number
  epoch.feesBooked = BigInt.zero()
  return epoch
}

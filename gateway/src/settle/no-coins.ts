// Tells the operator when a transaction failed because the node key cannot pay its gas: nothing is settled until it can.
import { alert } from '../chain/alert.ts'
import { isOutOfCoins } from '../chain/send-errors.ts'
import type { Gateway } from '../gateway.ts'

export function reportNoCoins(gateway: Gateway, error: unknown): void {
  if (!isOutOfCoins(error)) return
  const { address } = gateway.keys.account
  alert(gateway, 'no-coins', { address }, 'the node key has too few coins for gas: send some to this address')
}

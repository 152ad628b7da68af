// One wallet, and one address, has only so many sessions at once: nobody fills the table for all others.
import type { Address } from 'viem'
import { ApiError } from '../../api-error.ts'
import type { Gateway } from '../../gateway.ts'
import { countsForLimits } from '../session.ts'

export function requireWithinLimits({ sessions, clients, config }: Gateway, user: Address, client: string): void {
  const { perWallet } = config.limits
  const joined = sessions.ofUser(user)
  if (joined.length >= perWallet && joined.filter(countsForLimits).length >= perWallet) {
    throw new ApiError('WALLET_LIMITED', `at most ${perWallet}`)
  }
  clients.requireRoom(client)
}

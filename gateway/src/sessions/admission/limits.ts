// One wallet, and one address, has only so many sessions at once: nobody fills the table for all others.
import type { Address } from 'viem'
import { ApiError } from '../../api-error.ts'
import type { Gateway } from '../../gateway.ts'
import { isDone } from '../session.ts'

export function requireWithinLimits({ sessions, clients, config }: Gateway, user: Address, client: string): void {
  // Who has used up what was paid, or was stopped, keeps out nobody.
  if (sessions.ofUser(user).filter((session) => !isDone(session)).length >= config.limits.perWallet) {
    throw new ApiError('WALLET_LIMITED', `at most ${config.limits.perWallet}`)
  }
  clients.requireRoom(client)
}

// What is left of the deposit is worth a session.
import { ApiError } from '../../api-error.ts'
import type { StreamState } from '../session.ts'

export function requireDeposit({ deposit, settled }: StreamState, minimum: bigint): void {
  if (deposit - settled < minimum) throw new ApiError('STREAM_DEPOSIT_TOO_SMALL', `${deposit - settled} of ${minimum}`)
}

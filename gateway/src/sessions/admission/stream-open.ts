// The chain's word on a stream that wants service.
import { ApiError } from '../../api-error.ts'
import type { StreamState } from '../session.ts'

export function requireOpen(state: StreamState | undefined): StreamState {
  if (!state) throw new ApiError('STREAM_UNFUNDED')
  if (state.closed) throw new ApiError('STREAM_CLOSED')
  if (state.stoppedAt !== 0) throw new ApiError('STREAM_STOPPED')
  return state
}

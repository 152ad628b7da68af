import { useEffect, useRef, useState } from 'react'
import type { Hash } from 'viem'
import type { SessionState } from './protocol.ts'
import { watchSession } from './sessions.ts'

/** What the stream's owner last said; undefined while nobody has. */
export function useSessionState(stream: Hash): SessionState | undefined {
  const [state, setState] = useState<SessionState>()
  useEffect(() => watchSession(stream, setState), [stream])
  return state
}

/** Bytes a second over the last minute, about one value a second. */
export function useThroughput(state: SessionState | undefined): number[] {
  const values = useRef<number[]>([])
  const at = useRef<number>(undefined)
  // The node speaks more often; a bar for each of its events would show some seconds only.
  if (state?.usage && state.usage.at - (at.current ?? 0) >= 900) {
    at.current = state.usage.at
    values.current = [...values.current, state.bytesPerSecond].slice(-60)
  }
  return values.current
}

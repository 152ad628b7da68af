// One session: its configuration until the tunnel stands, then what passes and what it costs; stopping, and the refund.
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Hash } from 'viem'
import { Notice } from '../design/notice.tsx'
import { useNetwork } from '../network/context.tsx'
import { startSession } from '../session/sessions.ts'
import { useSessionState } from '../session/use-session-state.ts'
import { strings } from '../strings.ts'
import { connections } from '../vault/connections.ts'
import { Ended } from './ended.tsx'
import { LiveSession } from './live-session.tsx'

export function Session({ stream }: { stream: Hash }) {
  const { network } = useNetwork()
  const state = useSessionState(stream)
  const { data, isPending } = useQuery({
    queryKey: ['session', stream],
    queryFn: async () => {
      const [connection, session] = await Promise.all([connections.read(stream), connections.session(stream)])
      return connection && session ? { connection, session } : null
    },
  })
  const connection = data?.connection
  useEffect(() => {
    if (connection && !connection.done) void startSession(network, connection)
  }, [connection, network])
  if (isPending) return <p>{strings.wait}</p>
  if (!data) return <Notice tone="bad">{strings.session.unknown}</Notice>
  const over = data.connection.done || state?.phase === 'left'
  return over ? (
    <Ended connection={data.connection} session={data.session} state={state} />
  ) : (
    <LiveSession connection={data.connection} session={data.session} state={state} />
  )
}

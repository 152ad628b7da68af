// The way out of a stream whose node does not let it go: the session key signs the stop, and any node sends it.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { signStop } from '@x4pn/client'
import { useLocation } from 'wouter'
import { Button } from '../design/button.tsx'
import { Problem } from '../design/problem.tsx'
import { useNetwork } from '../network/context.tsx'
import { problemOf } from '../problem.ts'
import { relayAnywhere } from '../session/relay-anywhere.ts'
import { endSession } from '../session/sessions.ts'
import { strings } from '../strings.ts'
import { type Connection, connections } from '../vault/connections.ts'

/** Afterwards the rest can be had back from the history, once the challenge window is over. */
export function StopOnChain({ connection }: { connection: Connection }) {
  const { network, client } = useNetwork()
  const queries = useQueryClient()
  const [, go] = useLocation()
  const stop = useMutation({
    mutationFn: async () => {
      const { stream } = connection
      const { user, node, sessionKey } = stream
      const request = { action: 'stop', user, node, sessionKey, signature: await signStop(stream) } as const
      await relayAnywhere({ network, client, stream: stream.stream, request })
      // Nothing more to pay; the history says when the rest can be had back.
      endSession(stream.stream)
      await connections.change(stream.stream, { done: true })
      await queries.invalidateQueries({ queryKey: ['connections'] })
      go('/history')
    },
  })
  return (
    <div className="stack">
      <p>{strings.ended.unreachable}</p>
      <Button size="small" disabled={stop.isPending} onClick={() => stop.mutate()}>
        {strings.ended.stopOnChain}
      </Button>
      {stop.error && <Problem problem={problemOf(stop.error)} />}
    </div>
  )
}

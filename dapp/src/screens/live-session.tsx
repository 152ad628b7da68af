import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type SessionRecord, signStop } from '@x4pn/client'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { Problem, problemOf } from '../design/problem.tsx'
import { Receipt } from '../design/receipt.tsx'
import { Spark } from '../design/spark.tsx'
import { Tag, type Tone } from '../design/tag.tsx'
import { bytes, money, rate } from '../format.ts'
import { useNetwork } from '../network/context.tsx'
import { ExitCheck } from '../session/exit-check.tsx'
import type { Phase, SessionState } from '../session/protocol.ts'
import { relayAnywhere } from '../session/relay-anywhere.ts'
import { command, endSession } from '../session/sessions.ts'
import { useThroughput } from '../session/use-session-state.ts'
import { strings } from '../strings.ts'
import { type Connection, connections } from '../vault/connections.ts'
import { vault } from '../vault/vault.ts'
import { Configuration } from './configuration.tsx'
import { TopUp } from './top-up.tsx'

const t = strings.session

type Props = { connection: Connection; session: SessionRecord; state: SessionState | undefined }

const tones: Record<Phase, Tone> = {
  connecting: 'plain',
  waiting: 'warn',
  paying: 'good',
  cut: 'bad',
  leaving: 'warn',
  left: 'plain',
}

export function LiveSession({ connection, session, state }: Props) {
  const { network } = useNetwork()
  const { decimals } = network.deployment
  const { stream } = session
  const [asked, setAsked] = useState(false)
  const phase = state?.phase ?? 'connecting'
  const leaving = asked && phase === 'leaving'
  const usage = state?.usage
  const deposit = BigInt(state?.deposit ?? connection.deposit)
  const owed = BigInt(usage?.owed ?? 0)
  const signed = BigInt(state?.lastSigned ?? 0)
  const stands = phase === 'paying' || phase === 'cut' || (usage !== undefined && BigInt(usage.usedBytes) > 0n)
  return (
    <>
      <div className="row">
        <h1>{t.title}</h1>
        <Tag tone={tones[phase]}>
          <span data-testid="phase">{t.phases[phase]}</span>
        </Tag>
        {state?.silentSince !== undefined && <span className="small soft">{t.silent}</span>}
      </div>
      {session.simulated && <Notice tone="warn">{t.simulated}</Notice>}
      {state?.problem && (
        <Problem
          problem={state.problem}
          actions={state.problem.code === 'GATEWAY_UNREACHABLE' ? <StopOnChain connection={connection} /> : undefined}
        />
      )}
      <div className="columns">
        <div className="stack stack--fill">
          {stands ? (
            <>
              <Throughput state={state} />
              <p className="small soft">{state?.throughTunnel ? t.inTunnel : t.outside}</p>
              <ExitCheck session={session} through={state?.throughTunnel === true} />
              <details>
                <summary>{strings.config.title}</summary>
                <Configuration connection={connection} session={session} />
              </details>
            </>
          ) : (
            <Configuration connection={connection} session={session} />
          )}
        </div>
        <div className="stack stack--fill">
          <Receipt
            title={t.receipt}
            aside={connection.node.country}
            rows={[
              { label: t.used, value: <span data-testid="used">{bytes(BigInt(usage?.usedBytes ?? 0))}</span> },
              { label: t.owed, value: <span data-testid="owed">{money(owed, decimals)}</span> },
              {
                label: t.ahead,
                value: <span data-testid="ahead">{money(signed > owed ? signed - owed : 0n, decimals)}</span>,
              },
              { label: t.deposit, value: <span data-testid="deposit">{money(deposit, decimals)}</span> },
              { label: t.left, value: money(deposit > owed ? deposit - owed : 0n, decimals), total: true },
            ]}
          />
          <div className="row">
            <Button
              kind="primary"
              disabled={leaving}
              onClick={() => {
                setAsked(true)
                command(stream, { type: 'leave' })
              }}
            >
              {leaving ? t.stopping : t.stop}
            </Button>
            <TopUp connection={connection} />
          </div>
          <p className="small soft">{t.stopNote}</p>
          <p className="small soft">{vault.lasting ? t.open : t.memory}</p>
        </div>
      </div>
    </>
  )
}

function Throughput({ state }: { state: SessionState | undefined }) {
  const values = useThroughput(state)
  const { value, unit } = rate(state?.bytesPerSecond ?? 0)
  return (
    <div className="live">
      <p className="live__rate">
        <span data-testid="rate">{value}</span> <small>{unit}</small>
      </p>
      <Spark values={values} label={`${t.rate}: ${value} ${unit}`} />
    </div>
  )
}

/** The node does not answer, so it cannot release anything: the session key stops the stream through another node. */
function StopOnChain({ connection }: { connection: Connection }) {
  const { network, client } = useNetwork()
  const queries = useQueryClient()
  const [, go] = useLocation()
  const stop = useMutation({
    mutationFn: async () => {
      const { stream } = connection
      const { user, node, sessionKey } = stream
      const request = { action: 'stop', user, node, sessionKey, signature: await signStop(stream) } as const
      await relayAnywhere({ network, client, request })
      // Nothing more to pay; the history says when the rest can be had back.
      endSession(stream.stream)
      await connections.write({ ...connection, done: true })
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

import type { SessionRecord } from '@x4pn/client'
import { useEffect, useState } from 'react'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { Problem } from '../design/problem.tsx'
import { Receipt } from '../design/receipt.tsx'
import { Spark } from '../design/spark.tsx'
import { Tag, type Tone } from '../design/tag.tsx'
import { bytes, money, rate } from '../format.ts'
import { useNetwork } from '../network/context.tsx'
import { ExitCheck } from '../session/exit-check.tsx'
import type { Phase, SessionState } from '../session/protocol.ts'
import { command } from '../session/sessions.ts'
import { useDevice } from '../session/use-device.ts'
import { useThroughput } from '../session/use-session-state.ts'
import { strings } from '../strings.ts'
import type { Connection } from '../vault/connections.ts'
import { vault } from '../vault/vault.ts'
import { Configuration } from './configuration.tsx'
import { StopOnChain } from './stop-on-chain.tsx'
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
  const setDevice = useDevice(connection)
  const [asked, setAsked] = useState(false)
  const phase = state?.phase ?? 'connecting'
  const leaving = asked && phase === 'leaving'
  const usage = state?.usage
  const deposit = BigInt(state?.deposit ?? connection.deposit)
  const owed = BigInt(usage?.owed ?? 0)
  const signed = BigInt(state?.lastSigned ?? 0)
  const stands = phase === 'paying' || phase === 'cut' || (usage !== undefined && BigInt(usage.usedBytes) > 0n)
  const passesElsewhere = useLasting(isElsewhere(connection, state) && !session.simulated, 5_000)
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
        <Problem problem={state.problem} actions={asked ? <StopOnChain connection={connection} /> : undefined} />
      )}
      {passesElsewhere && (
        <Notice
          tone="warn"
          actions={
            <Button kind="primary" size="small" onClick={() => setDevice('other')}>
              {strings.config.isOther}
            </Button>
          }
        >
          <p>{strings.config.askOther}</p>
        </Notice>
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

/** Scanned with a phone: the node has seen a handshake just now, and this page comes from outside. */
function isElsewhere({ device }: Connection, state: SessionState | undefined): boolean {
  if (device === 'other' || !state?.usage || state.throughTunnel !== false) return false
  const { lastHandshake, at } = state.usage
  // WireGuard shakes hands every two minutes while bytes pass.
  const alive = at / 1000 - lastHandshake < 150
  return alive && (state.phase === 'cut' || state.bytesPerSecond > 1_000)
}

/** True once it has been true for so many milliseconds: a tunnel that comes up here looks the same at first. */
function useLasting(value: boolean, milliseconds: number): boolean {
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    setLasting(false)
    if (!value) return
    const timer = setTimeout(() => setLasting(true), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return lasting
}

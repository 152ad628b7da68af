// The flow on a screen: which step it is at, and what to do when one fails. It goes on by itself after a reload.
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Hash } from 'viem'
import { useLocation } from 'wouter'
import { Button, ButtonLink } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { Problem } from '../design/problem.tsx'
import { StepList, type StepLook } from '../design/step-list.tsx'
import { stepIds } from '../flow/steps.ts'
import { type FlowProgress, useFlow } from '../flow/use-flow.ts'
import { money } from '../format.ts'
import { useNetwork } from '../network/context.tsx'
import { problemOf } from '../problem.ts'
import { strings } from '../strings.ts'
import { connections } from '../vault/connections.ts'
import { SwitchChain, WalletButton } from '../wallet/wallet-button.tsx'
import { StopOnChain } from './stop-on-chain.tsx'

const t = strings.flow

export function Opening({ stream }: { stream: Hash }) {
  const flow = useFlow(stream)
  const [, go] = useLocation()
  useEffect(() => {
    if (flow.state === 'finished') go(`/session/${stream}`, { replace: true })
  }, [flow.state, stream, go])
  if (flow.state === 'unknown')
    return (
      <Notice tone="bad" title={t.failed}>
        {t.unknown}
      </Notice>
    )
  return (
    <>
      <h1>{t.title}</h1>
      <div className="columns">
        <div className="stack stack--fill">
          <StepList steps={stepIds.map((id) => ({ id, label: t.steps[id], look: lookOf(id, flow) }))} />
          {flow.state === 'running' && <p className="small soft">{t.reload}</p>}
        </div>
        {flow.state === 'failed' && <Failure flow={flow} stream={stream} />}
      </div>
    </>
  )
}

function Failure({ flow, stream }: { flow: FlowProgress & { again: () => void }; stream: Hash }) {
  const { network } = useNetwork()
  const { data: connection } = useQuery({
    queryKey: ['connection', stream, flow.error],
    queryFn: async () => (await connections.read(stream)) ?? null,
  })
  const problem = problemOf(flow.error)
  const deposit = money(BigInt(connection?.deposit ?? 0), network.deployment.decimals)
  const { held, maybe, unclear, nothing } = strings.charged
  // A wallet's own transaction may be under way, whatever came back.
  const sent = connection?.payBy === 'transaction' && flow.error?.step === 'open' && problem.code !== 'WALLET_REJECTED'
  const charged = flow.error?.charged ? held(deposit) : connection?.authorized ? maybe : sent ? unclear : nothing
  const mend =
    problem.code === 'WALLET_WRONG_CHAIN' ? (
      <SwitchChain />
    ) : problem.code === 'WALLET_NEEDED' ? (
      <WalletButton kind="primary" />
    ) : null
  return (
    <Problem
      problem={problem}
      charged={charged}
      actions={
        <>
          {mend}
          <Button kind={mend ? 'plain' : 'primary'} size="small" onClick={flow.again}>
            {t.again}
          </Button>
          {flow.error?.charged && connection ? (
            <StopOnChain connection={connection} />
          ) : (
            <ButtonLink size="small" href="#/nodes">
              {t.back}
            </ButtonLink>
          )}
        </>
      }
    />
  )
}

function lookOf(id: (typeof stepIds)[number], { step, state }: FlowProgress): StepLook {
  const at = step === undefined ? -1 : stepIds.indexOf(step)
  const here = stepIds.indexOf(id)
  if (state === 'finished' || here < at) return 'done'
  if (here > at) return 'todo'
  return state === 'failed' ? 'failed' : 'now'
}

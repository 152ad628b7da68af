// After stopping: the chain says when the rest is back.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { closeCooperative, readFreeBalance, readStream, type SessionRecord } from '@x4pn/client'
import { useEffect, useState } from 'react'
import { Button, ButtonLink } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { Problem } from '../design/problem.tsx'
import { Receipt } from '../design/receipt.tsx'
import { bytes, money } from '../format.ts'
import { useNetwork } from '../network/context.tsx'
import { problemOf } from '../problem.ts'
import type { SessionState } from '../session/protocol.ts'
import { endSession } from '../session/sessions.ts'
import { strings } from '../strings.ts'
import { type Connection, connections } from '../vault/connections.ts'
import { useEngineWallet } from '../wallet/use-engine-wallet.ts'
import { WalletButton } from '../wallet/wallet-button.tsx'
import { StopOnChain } from './stop-on-chain.tsx'

const t = strings.ended

/** Milliseconds after which a person is offered to do it themselves. */
const PATIENCE = 30_000

type Props = { connection: Connection; session: SessionRecord; state: SessionState | undefined }

export function Ended({ connection, session, state }: Props) {
  const { network, client } = useNetwork()
  const { decimals } = network.deployment
  const { stream, user } = session
  const queries = useQueryClient()
  const leaving = useQuery({
    queryKey: ['leaving', stream],
    queryFn: async () => (await connections.leaving(stream)) ?? null,
  })
  const chain = useQuery({
    queryKey: ['ended', stream],
    queryFn: async () => ({
      ...(await readStream(client, network.deployment, stream)),
      balance: await readFreeBalance(client, network.deployment, user),
    }),
    // Until it is closed. With the tunnel still up nothing but the node's API is reached: asked again, it comes.
    refetchInterval: ({ state: { data } }) => (data?.status === 'closed' ? false : 2_000),
    retry: false,
  })
  const closed = chain.data?.status === 'closed'
  useEffect(() => {
    if (!closed || connection.done) return
    endSession(stream)
    void connections.change(stream, { done: true }).then(() => queries.invalidateQueries({ queryKey: ['connections'] }))
  }, [closed, connection, stream, queries])
  const used = BigInt(leaving.data?.counters.usedBytes ?? state?.usage?.usedBytes ?? 0)
  const settled = chain.data?.settled ?? 0n
  const deposit = chain.data?.deposit ?? BigInt(connection.deposit)
  return (
    <>
      <h1>{t.title}</h1>
      <div className="columns">
        <div className="stack stack--fill">
          {!session.simulated && <Notice tone="warn">{t.tunnelOff}</Notice>}
          {closed ? <Notice tone="good" title={t.closed} /> : <Notice title={t.waiting} />}
          {!closed && <Slow connection={connection} />}
          <div className="row">
            <ButtonLink kind="primary" href="#/">
              {t.again}
            </ButtonLink>
            <ButtonLink href="#/history">{t.history}</ButtonLink>
          </div>
        </div>
        <div className="stack stack--fill">
          <Receipt
            title={t.receipt}
            aside={connection.node.country}
            rows={[
              { label: strings.session.used, value: <span data-testid="used">{bytes(used)}</span> },
              { label: strings.session.deposit, value: money(deposit, decimals) },
              { label: t.settled, value: <span data-testid="settled">{closed ? money(settled, decimals) : '…'}</span> },
              {
                label: t.refund,
                value: <span data-testid="refund">{closed ? money(deposit - settled, decimals) : '…'}</span>,
                total: true,
              },
            ]}
          />
          {chain.data && <p className="small soft">{t.balance(money(chain.data.balance, decimals))}</p>}
        </div>
      </div>
    </>
  )
}

/** With what the node signed at leaving anybody can close the stream, should the node not do it. */
function Slow({ connection }: { connection: Connection }) {
  const { network, client } = useNetwork()
  const wallet = useEngineWallet()
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE)
    return () => clearTimeout(timer)
  }, [])
  const close = useMutation({
    mutationFn: async () => {
      const leaving = await connections.leaving(connection.stream.stream)
      if (!wallet || !leaving) return
      const context = { client, wallet: await wallet.wallet(), deployment: network.deployment }
      await closeCooperative(context, connection.stream, leaving.release, leaving.receipt)
    },
  })
  if (!late) return null
  return (
    <Notice>
      <p>{t.slow}</p>
      {wallet ? (
        <Button size="small" disabled={close.isPending} onClick={() => close.mutate()}>
          {t.close}
        </Button>
      ) : (
        <WalletButton />
      )}
      {close.error && <Problem problem={problemOf(close.error)} />}
      <StopOnChain connection={connection} />
    </Notice>
  )
}

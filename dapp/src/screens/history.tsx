import { useQuery } from '@tanstack/react-query'
import { type PastStream, readFreeBalance, readHistory } from '@x4pn/client'
import { ButtonLink } from '../design/button.tsx'
import { Problem } from '../design/problem.tsx'
import { Tag, type Tone } from '../design/tag.tsx'
import { money, short, when } from '../format.ts'
import { useNetwork } from '../network/context.tsx'
import { problemOf } from '../problem.ts'
import { strings } from '../strings.ts'
import { connections } from '../vault/connections.ts'
import { type ConnectedWallet, useEngineWallet } from '../wallet/use-engine-wallet.ts'
import { WalletButton } from '../wallet/wallet-button.tsx'
import { CloseStopped, StopByWallet } from './get-back.tsx'
import { Withdraw } from './withdraw.tsx'

const t = strings.history
const tones: Record<PastStream['status'], Tone> = { open: 'good', stopped: 'warn', closed: 'plain' }

export function History() {
  const wallet = useEngineWallet()
  return (
    <>
      <div className="stack">
        <h1>{t.title}</h1>
        <p className="soft">{t.lead}</p>
      </div>
      {wallet ? (
        <Streams wallet={wallet} />
      ) : (
        <div className="stack">
          <p>{t.wallet}</p>
          <WalletButton kind="primary" />
        </div>
      )}
    </>
  )
}

function Streams({ wallet }: { wallet: ConnectedWallet }) {
  const user = wallet.address
  const { network, client } = useNetwork()
  const { decimals } = network.deployment
  const history = useQuery({
    queryKey: ['history', user],
    queryFn: () => readHistory({ network, client, user }),
    refetchInterval: 5_000,
  })
  const balance = useQuery({
    queryKey: ['free', user],
    queryFn: () => readFreeBalance(client, network.deployment, user),
    refetchInterval: 5_000,
  })
  const known = useQuery({ queryKey: ['connections'], queryFn: () => connections.list() })
  const here = new Set((known.data ?? []).filter(({ done }) => !done).map(({ stream }) => stream.stream))
  return (
    <>
      <section className="sheet stack">
        <h2>{t.balance}</h2>
        <p className="live__rate">
          <span data-testid="balance">{balance.data === undefined ? '…' : money(balance.data, decimals)}</span>{' '}
          <small>USDC</small>
        </p>
        <p className="small soft">{t.balanceNote}</p>
        {balance.data !== undefined && <Withdraw balance={balance.data} />}
      </section>
      <section className="stack stack--fill">
        {history.isPending && <p>{t.loading}</p>}
        {history.error && <Problem problem={problemOf(history.error)} />}
        {history.data?.streams.length === 0 && <p>{t.empty}</p>}
        <ul data-testid="streams">
          {history.data?.streams.map((one) => (
            <li key={one.stream} className="past">
              <div className="past__head">
                <span>
                  <span className="mono" title={one.node}>
                    {short(one.node)}
                  </span>{' '}
                  {one.openedAt > 0 && <span className="small soft">{when(one.openedAt)}</span>}
                </span>
                <Tag tone={tones[one.status]}>{t.status[one.status]}</Tag>
              </div>
              <div className="past__sums">
                <span>
                  {money(one.deposit, decimals)} <span className="soft">{t.deposit}</span>
                </span>
                <span>
                  {money(one.settled, decimals)} <span className="soft">{t.paid}</span>
                </span>
                {one.status === 'closed' && (
                  <span>
                    {money(one.refund, decimals)} <span className="soft">{t.refund}</span>
                  </span>
                )}
                {one.status === 'open' && here.has(one.stream) && (
                  <ButtonLink size="small" href={`#/open/${one.stream}`}>
                    {t.go}
                  </ButtonLink>
                )}
                {one.status === 'open' && known.data && <StopByWallet past={one} wallet={wallet} />}
                {one.status === 'stopped' && <CloseStopped past={one} wallet={wallet} />}
              </div>
            </li>
          ))}
        </ul>
        {history.data && (
          <p className="small soft">
            {history.data.source === 'chain' ? t.fromChain : t.fromIndex(new URL(history.data.source).host)}
          </p>
        )}
      </section>
    </>
  )
}

import { useMutation, useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { Button, ButtonLink } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { Receipt } from '../design/receipt.tsx'
import { useNetwork } from '../network/context.tsx'
import { MOST_ASKED, pickNode } from '../nodes/pick.ts'
import { useNodes } from '../nodes/use-nodes.ts'
import { strings } from '../strings.ts'
import { belongsTo } from '../vault/belongs-to.ts'
import { connections } from '../vault/connections.ts'

const t = strings.landing

export function Landing() {
  const { network, client } = useNetwork()
  const nodes = useNodes()
  const [, go] = useLocation()
  const quick = useMutation({
    mutationFn: async () => {
      const { nodes: listed } = nodes.data ?? (await nodes.refetch({ throwOnError: true })).data ?? { nodes: [] }
      const pick = await pickNode({ network, client, nodes: listed })
      return { pick, listed: listed.length }
    },
    onSuccess: ({ pick }) => {
      if (pick) go(`/connect/${pick.node.listed.node}`)
    },
  })
  const none = quick.data && !quick.data.pick
  return (
    <>
      <Unfinished />
      <section className="hero">
        <div className="stack">
          <h1>{t.title}</h1>
          <p className="hero__lead">{t.lead}</p>
          <div className="row">
            <Button kind="primary" size="large" disabled={quick.isPending} onClick={() => quick.mutate()}>
              {quick.isPending ? t.picking : t.quick}
            </Button>
            <ButtonLink size="large" kind="quiet" href="#/nodes">
              {t.choose}
            </ButtonLink>
          </div>
          <p className="small soft">{t.note(MOST_ASKED)}</p>
          {quick.isError && (
            <Notice tone="bad" title={t.noneTitle}>
              {strings.problems.CHAIN_UNREACHABLE?.[1]}
            </Notice>
          )}
          {none && (
            <Notice tone="bad" title={quick.data.listed === 0 ? t.emptyTitle : t.noneTitle}>
              {quick.data.listed === 0 ? t.empty : t.none}
            </Notice>
          )}
        </div>
        <Receipt
          title={t.specimen.title}
          aside="X4PN"
          rows={[
            { label: t.specimen.used, value: '1.62 GiB' },
            { label: t.specimen.price, value: '0.05 / GiB' },
            { label: t.specimen.paid, value: '0.081' },
            { label: t.specimen.back, value: '1.919', total: true },
          ]}
        />
      </section>
      <section className="facts">
        {t.facts.map(({ title, text }) => (
          <div key={title}>
            <h3>{title}</h3>
            <p className="soft">{text}</p>
          </div>
        ))}
      </section>
    </>
  )
}

/** A session that a reload, or closing the tab, left in the middle. */
function Unfinished() {
  const { network } = useNetwork()
  const { data } = useQuery({
    queryKey: ['connections'],
    queryFn: () => connections.list(),
  })
  const [latest] = (data ?? []).filter((one) => !one.done && belongsTo(one, network))
  const stream = latest?.stream.stream
  const joined = useQuery({
    queryKey: ['joined', stream],
    queryFn: async () => stream !== undefined && (await connections.session(stream)) !== undefined,
  })
  if (stream === undefined || joined.data === undefined) return null
  return (
    <Notice
      tone="warn"
      title={t.resume}
      actions={
        <ButtonLink kind="primary" size="small" href={`#/${joined.data ? 'session' : 'open'}/${stream}`}>
          {t.resumeAction}
        </ButtonLink>
      }
    >
      <p>{t.resumeText}</p>
    </Notice>
  )
}

import { useQuery } from '@tanstack/react-query'
import type { ListedNode } from '@x4pn/client'
import { useEffect, useRef, useState } from 'react'
import { Button, ButtonLink } from '../design/button.tsx'
import { Problem } from '../design/problem.tsx'
import { country, money, short } from '../format.ts'
import { useNetwork } from '../network/context.tsx'
import { measureLatency } from '../nodes/latency.ts'
import { useNodes } from '../nodes/use-nodes.ts'
import { problemOf } from '../problem.ts'
import { strings } from '../strings.ts'

const t = strings.nodes

export function Nodes() {
  const { data, error, isPending } = useNodes()
  const [measuring, setMeasuring] = useState(false)
  return (
    <>
      <div className="stack">
        <h1>{t.title}</h1>
        <p className="soft">{t.lead}</p>
        {!measuring && (
          <div className="row">
            <Button kind="quiet" size="small" onClick={() => setMeasuring(true)}>
              {t.measure}
            </Button>
            <span className="small soft">{t.measureNote}</span>
          </div>
        )}
      </div>
      {isPending && <p>{t.loading}</p>}
      {error && <Problem problem={problemOf(error)} charged={strings.charged.nothing} />}
      {data && (
        <div className="stack stack--fill">
          <ul className="nodes">
            {data.nodes.map((node) => (
              <NodeRow key={node.node} node={node} measuring={measuring} />
            ))}
          </ul>
          {data.nodes.length === 0 && <p>{t.empty}</p>}
          <p className="small soft">{data.source === 'chain' ? t.fromChain : t.fromIndex(new URL(data.source).host)}</p>
        </div>
      )}
    </>
  )
}

function NodeRow({ node, measuring }: { node: ListedNode; measuring: boolean }) {
  const { network } = useNetwork()
  const { decimals } = network.deployment
  const row = useRef<HTMLLIElement>(null)
  const inView = useInView(row, measuring)
  const latency = useQuery({
    queryKey: ['latency', node.apiUrl],
    queryFn: async ({ signal }) => (await measureLatency(node.apiUrl, signal)) ?? null,
    enabled: measuring && inView,
    refetchInterval: 15_000,
  })
  return (
    <li ref={row} className="node">
      <div className="node__name">
        <strong>{country(node.country) ?? t.somewhere}</strong>
        {/* The operator's own words are shown as text, and only as text. */}
        <span className="mono small soft" title={node.node}>
          {short(node.node)} · {new URL(node.apiUrl).host}
        </span>
      </div>
      <div className="node__facts">
        <span>{t.perGiB(money(node.pricePerGiB, decimals))}</span>
        {measuring && (
          <span className="soft">
            {latency.data === undefined ? t.measuring : latency.data === null ? t.silent : t.milliseconds(latency.data)}
          </span>
        )}
      </div>
      <ButtonLink size="small" href={`#/connect/${node.node}`} aria-label={`${t.choose} ${short(node.node)}`}>
        {t.choose}
      </ButtonLink>
    </li>
  )
}

function useInView(ref: React.RefObject<Element | null>, enabled: boolean): boolean {
  const [inView, setInView] = useState(false)
  useEffect(() => {
    if (!enabled || !ref.current) return
    const observer = new IntersectionObserver(([entry]) => setInView(entry?.isIntersecting ?? false))
    observer.observe(ref.current)
    return () => observer.disconnect()
  }, [ref, enabled])
  return inView
}

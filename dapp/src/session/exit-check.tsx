// Asks nodes of other operators from where this page's traffic comes: it should be the node's address.

import { useQuery } from '@tanstack/react-query'
import { askEcho, gatewayClient, type ListedNode, type SessionRecord } from '@x4pn/client'
import { useNetwork } from '../network/context.tsx'
import { useNodes } from '../nodes/use-nodes.ts'
import { strings } from '../strings.ts'

const ASKED = 2

export function ExitCheck({ session, through }: { session: SessionRecord; through: boolean }) {
  const { network } = useNetwork()
  const { data: discovery } = useNodes()
  const others = othersOf(discovery?.nodes ?? [], session)
  const { data } = useQuery({
    queryKey: ['exit', session.stream, others.map(({ node }) => node)],
    enabled: through && others.length > 0,
    refetchInterval: 30_000,
    queryFn: async () => {
      const answers = await Promise.allSettled(
        others.map(({ apiUrl, node }) =>
          askEcho(gatewayClient({ apiUrl, retries: 0, timeoutMs: 4_000 }), network.deployment, node),
        ),
      )
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
    },
  })
  const [first] = data ?? []
  if (!data || first === undefined) return null
  const { endpoint } = session.tunnel
  const exit = endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/^\[|\]$/g, '')
  // A name, or an exit with another address than the entrance, cannot be compared.
  const elsewhere = /^[\d.]+$/.test(exit) && data.some((address) => address !== exit)
  return (
    <p className={elsewhere ? 'small notice notice--warn' : 'small'}>
      {strings.session.exit}{' '}
      <span className="mono" data-testid="exit">
        {[...new Set(data)].join(', ')}
      </span>{' '}
      <span className="soft">
        ({strings.session.exitBy(data.length)}
        {elsewhere && `, ${strings.session.exitOther(exit)}`})
      </span>
    </p>
  )
}

/** One node each of operators that have nothing to do with this session's. */
function othersOf(nodes: readonly ListedNode[], { node }: SessionRecord): ListedNode[] {
  const own = nodes.find((one) => one.node === node)?.operator
  const byOperator = new Map<string, ListedNode>()
  for (const one of nodes) if (one.operator !== own && one.node !== node) byOperator.set(one.operator, one)
  return [...byOperator.values()].slice(0, ASKED)
}

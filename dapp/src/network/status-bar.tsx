// Which endpoints are used, and how far behind they are: an index says of itself that it is healthy after it has halted.
import { useQuery } from '@tanstack/react-query'
import { useNodes } from '../nodes/use-nodes.ts'
import { strings } from '../strings.ts'
import { useNetwork } from './context.tsx'

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url)

export function StatusBar() {
  const { network, client } = useNetwork()
  const block = useQuery({
    queryKey: ['block', network.chainId, network.rpcUrls],
    queryFn: () => client.getBlockNumber({ cacheTime: 0 }),
    refetchInterval: 10_000,
    retry: false,
  })
  const { data: discovery } = useNodes()
  const index = discovery?.indexes.find(({ url }) => url === discovery.source)
  return (
    <footer className="status">
      <div className="status__inner">
        <span>
          {strings.network.chain}: {network.rpcUrls.map(hostOf).join(', ')},{' '}
          {block.isError
            ? strings.network.unreachable
            : block.data === undefined
              ? '…'
              : strings.network.block(block.data)}
        </span>
        <span>
          {strings.network.index}:{' '}
          {index
            ? `${hostOf(index.url)}, ${index.blocksBehind === undefined ? '…' : strings.network.behind(index.blocksBehind)}`
            : strings.network.noIndex}
        </span>
      </div>
    </footer>
  )
}

// What became of a user's streams: from an index that keeps up with the chain, else from the contract's own events.
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import type { Address, Hash, PublicClient } from 'viem'
import type { Fetch } from './gateway-client.ts'
import type { Network } from './network.ts'
import { queryStreams } from './subgraph/streams.ts'
import { onChain, readStream } from './wallet/chain-state.ts'

export type PastStream = {
  stream: Hash
  node: Address
  sessionKey: Address
  /** Token base units. */
  deposit: bigint
  settled: bigint
  /** 0 before it is closed. */
  refund: bigint
  status: 'open' | 'stopped' | 'closed'
  /** Unix seconds; 0: not yet, or (from the chain) not read. */
  openedAt: number
  stoppedAt: number
  closedAt: number
}

export type HistoryOptions = {
  network: Network
  client: PublicClient
  user: Address
  fetch?: Fetch
  /** The newest so many. */
  first?: number
  /** An index further behind is passed over. */
  mostBlocksBehind?: bigint
}

/** `source`: the subgraph's URL, or the chain. `blocksBehind`: undefined when the chain did not say where it is. */
export type History = { streams: PastStream[]; source: string | 'chain'; blocksBehind: bigint | undefined }

export async function readHistory(options: HistoryOptions): Promise<History> {
  const { network, client, user, fetch = globalThis.fetch, first = 100, mostBlocksBehind = 150n } = options
  const head = await client.getBlockNumber().catch(() => undefined)
  for (const url of network.subgraphUrls) {
    try {
      const { streams, block } = await queryStreams(url, fetch, user, first)
      const blocksBehind = head === undefined ? undefined : head > block ? head - block : 0n
      if (blocksBehind === undefined || blocksBehind <= mostBlocksBehind) return { streams, source: url, blocksBehind }
    } catch {
      // The next one, or the chain.
    }
  }
  return { streams: await readFromChain(options, first), source: 'chain', blocksBehind: 0n }
}

async function readFromChain({ network, client, user }: HistoryOptions, first: number): Promise<PastStream[]> {
  const { deployment } = network
  const base = { address: deployment.sessions, abi: x4pnVpnSessionsAbi, strict: true } as const
  const fromBlock = BigInt(deployment.startBlock)
  const [opened, closed] = await onChain(
    Promise.all([
      client.getContractEvents({ ...base, eventName: 'Opened', args: { user }, fromBlock }),
      client.getContractEvents({ ...base, eventName: 'Closed', args: { user }, fromBlock }),
    ]),
  )
  const refunds = new Map(closed.map(({ args }) => [args.id, args.refund]))
  const newest = opened.slice(-first).reverse()
  return Promise.all(
    newest.map(async ({ args }) => {
      const state = await readStream(client, deployment, args.id)
      return {
        stream: args.id,
        node: args.node,
        sessionKey: args.sessionKey,
        deposit: state.deposit,
        settled: state.settled,
        refund: refunds.get(args.id) ?? 0n,
        // A reorganisation may have undone the opening since: then nothing was charged either.
        status: state.status === 'none' ? 'closed' : state.status,
        openedAt: 0,
        stoppedAt: state.stoppedAt,
        closedAt: 0,
      } satisfies PastStream
    }),
  )
}

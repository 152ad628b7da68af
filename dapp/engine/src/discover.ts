// Finds nodes: in an index that keeps up with the chain, else in the registry itself.
import type { PublicClient } from 'viem'
import type { Fetch } from './gateway-client.ts'
import type { Network } from './network.ts'
import { type ListedNode, readAllNodes } from './registry.ts'
import { queryNodes } from './subgraph/nodes.ts'
import { isApiUrl } from './urls.ts'

export type DiscoverOptions = {
  network: Network
  client: PublicClient
  fetch?: Fetch
  /** An index further behind is passed over. */
  mostBlocksBehind?: bigint
}

/** What became of one subgraph; the app shows it. */
export type IndexState = { url: string; blocksBehind?: bigint; problem?: 'unreachable' | 'behind' | 'failed' }

export type Discovery = {
  nodes: ListedNode[]
  /** The subgraph's URL, or the chain. */
  source: string | 'chain'
  indexes: IndexState[]
}

/**
 * Lists the nodes on offer: not retired, and with a URL that can be called. It is for display and choosing:
 * `verifyNode` reads the chosen one from the chain.
 */
export async function discoverNodes(options: DiscoverOptions): Promise<Discovery> {
  const { network, client, fetch = globalThis.fetch, mostBlocksBehind = 150n } = options
  const indexes: IndexState[] = []
  // An index says of itself that it is healthy after it has halted: only the chain's head tells.
  const head = network.subgraphUrls.length > 0 ? await headOf(client) : undefined
  for (const url of network.subgraphUrls) {
    try {
      const { nodes, block, hasErrors } = await queryNodes(url, fetch)
      const blocksBehind = head === undefined ? undefined : head > block ? head - block : 0n
      const state: IndexState = { url, ...(blocksBehind === undefined ? {} : { blocksBehind }) }
      indexes.push(state)
      if (hasErrors) state.problem = 'failed'
      else if (blocksBehind !== undefined && blocksBehind > mostBlocksBehind) state.problem = 'behind'
      else return { nodes: nodes.filter(isUsable), source: url, indexes }
    } catch {
      indexes.push({ url, problem: 'unreachable' })
    }
  }
  return { nodes: (await readAllNodes(client, network.deployment)).filter(isUsable), source: 'chain', indexes }
}

function isUsable({ retired, apiUrl }: ListedNode): boolean {
  return !retired && isApiUrl(apiUrl)
}

/** Without a chain an index is better than nothing; nobody can spend by it. */
async function headOf(client: PublicClient): Promise<bigint | undefined> {
  try {
    return await client.getBlockNumber()
  } catch {
    return undefined
  }
}

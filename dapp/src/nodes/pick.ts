// Quick Connect: asks a few nodes for their offer, takes the quickest one whose statement is true and whose price is not
// out of the ordinary.
import { type ListedNode, type Network, type VerifiedNode, verifyNode } from '@x4pn/client'
import type { PublicClient } from 'viem'

/** Asked at once; each sees this device's address. */
export const MOST_ASKED = 4

export type Pick = { node: VerifiedNode; milliseconds: number }

export type PickOptions = {
  network: Network
  client: PublicClient
  nodes: readonly ListedNode[]
  /** Tells one order from another. Random by default, so that no node is always the first. */
  random?: () => number
}

/** Undefined: none of them answered truthfully. */
export async function pickNode(options: PickOptions): Promise<Pick | undefined> {
  const { network, client, random = Math.random } = options
  const order = affordable(options.nodes)
    .map((node) => ({ node, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ node }) => node)
  for (let at = 0; at < order.length; at += MOST_ASKED) {
    const asked = order.slice(at, at + MOST_ASKED).map(async ({ node }): Promise<Pick | undefined> => {
      const started = performance.now()
      try {
        const verified = await verifyNode({
          client,
          deployment: network.deployment,
          node,
          retries: 0,
          timeoutMs: 4_000,
        })
        return { node: verified, milliseconds: performance.now() - started }
      } catch {
        return undefined
      }
    })
    const answered = (await Promise.all(asked)).filter((pick) => pick !== undefined)
    const [quickest] = answered.sort((a, b) => a.milliseconds - b.milliseconds)
    if (quickest) return quickest
  }
  return undefined
}

/** No more than half above the median, so that a quick node cannot ask what it likes. */
export function affordable(nodes: readonly ListedNode[]): ListedNode[] {
  const prices = nodes.map(({ pricePerGiB }) => pricePerGiB).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const median = prices[Math.floor((prices.length - 1) / 2)] ?? 0n
  return nodes.filter(({ pricePerGiB }) => pricePerGiB * 2n <= median * 3n)
}

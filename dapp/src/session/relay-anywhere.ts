// Has something sent that costs no fee, by whichever node does it: the stream's own may be gone.
import { discoverNodes, EngineError, gatewayClient, type Network, relay } from '@x4pn/client'
import type { RelayRequest } from '@x4pn/gateway-api'
import type { Address, PublicClient } from 'viem'

type Options = { network: Network; client: PublicClient; request: Extract<RelayRequest, { action: 'stop' | 'close' }> }

/** Waits until it is mined. Throws the last node's error when none sends it. */
export async function relayAnywhere({ network, client, request }: Options): Promise<void> {
  const { nodes } = await discoverNodes({ network, client })
  const isOwn = ({ node }: { node: Address }) => Number(node === request.node)
  let last: unknown = new EngineError('GATEWAY_UNREACHABLE')
  // The stream's own node comes last: it may be why this is needed.
  for (const { apiUrl } of nodes.toSorted((a, b) => isOwn(a) - isOwn(b))) {
    try {
      await relay({ client, gateway: gatewayClient({ apiUrl, retries: 0 }) }, request)
      return
    } catch (error) {
      last = error
    }
  }
  throw last
}

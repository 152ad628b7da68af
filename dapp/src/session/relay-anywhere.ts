// Has something sent that costs no fee, by whichever node does it: the stream's own may be gone.
import { discoverNodes, EngineError, gatewayClient, type Network, readStream, relay } from '@x4pn/client'
import type { RelayRequest } from '@x4pn/gateway-api'
import type { Address, Hash, PublicClient } from 'viem'

type Options = {
  network: Network
  client: PublicClient
  stream: Hash
  request: Extract<RelayRequest, { action: 'stop' | 'close' }>
}

/** Waits until the chain shows it: a node's word for it is not enough. Throws the last node's error when none does it. */
export async function relayAnywhere({ network, client, stream, request }: Options): Promise<void> {
  const wanted = request.action === 'stop' ? ['stopped', 'closed'] : ['closed']
  const isDone = async () => wanted.includes((await readStream(client, network.deployment, stream)).status)
  if (await isDone()) return
  const { nodes } = await discoverNodes({ network, client })
  const isOwn = ({ node }: { node: Address }) => Number(node === request.node)
  let last: unknown = new EngineError('GATEWAY_UNREACHABLE')
  // The stream's own node comes last: it may be why this is needed.
  for (const { apiUrl } of nodes.toSorted((a, b) => isOwn(a) - isOwn(b))) {
    try {
      await relay({ gateway: gatewayClient({ apiUrl, retries: 0 }) }, request, { isDone })
      return
    } catch (error) {
      last = error
    }
  }
  throw last
}

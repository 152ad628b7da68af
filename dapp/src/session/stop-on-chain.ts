// Stops a stream without its node: signed by the session key, sent by whichever node relays it.
import { discoverNodes, EngineError, gatewayClient, type Network, relay, signStop } from '@x4pn/client'
import type { PublicClient } from 'viem'
import type { Connection } from '../vault/connections.ts'

type StopOptions = { network: Network; client: PublicClient; connection: Connection }

/** Throws the last node's error when none relays it. */
export async function stopOnChain({ network, client, connection }: StopOptions): Promise<void> {
  const { stream } = connection
  const { user, node, sessionKey } = stream
  const signature = await signStop(stream)
  const { nodes } = await discoverNodes({ network, client })
  let last: unknown = new EngineError('GATEWAY_UNREACHABLE')
  for (const { apiUrl } of nodes.filter((other) => other.node !== node)) {
    try {
      await relay(
        { client, gateway: gatewayClient({ apiUrl, retries: 0 }) },
        { action: 'stop', user, node, sessionKey, signature },
      )
      return
    } catch (error) {
      last = error
    }
  }
  throw last
}

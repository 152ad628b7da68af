// Asks a node from which address this caller comes: two other operators' nodes show where the traffic leaves.
import { type Deployment, nodeTypes, sessionsDomain } from '@x4pn/contracts'
import { type Address, hashTypedData, isAddressEqual } from 'viem'
import { EngineError } from './errors.ts'
import type { GatewayClient } from './gateway-client.ts'
import { sessionsContext } from './network.ts'
import { isSignedBy } from './recover-signer.ts'

/** The caller's IP address as `node` sees it, signed by `node` for this question. */
export async function askEcho(gateway: GatewayClient, deployment: Deployment, node: Address): Promise<string> {
  const nonce = crypto.randomUUID()
  const { signature, ...echo } = await gateway.echo(nonce)
  const hash = hashTypedData({
    domain: sessionsDomain(sessionsContext(deployment)),
    types: nodeTypes,
    primaryType: 'Echo',
    message: echo,
  })
  const fresh = echo.nonce === nonce && isAddressEqual(echo.node, node)
  if (!fresh || !(await isSignedBy(node, hash, signature))) throw new EngineError('ECHO_INVALID', { details: node })
  return echo.caller
}

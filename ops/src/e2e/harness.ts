// A small real network for one test file: hosts, chain, contracts, a gateway, a server behind it, and clients.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestDeployment } from '@x4pn/contracts/testing'
import { costOfBytes } from '@x4pn/gateway-api'
import type { Client } from '../client/client.ts'
import { Cleanup } from '../local/cleanup.ts'
import { NODE_NAME } from '../local/dns-server.ts'
import type { GatewayOptions, LocalGateway } from '../local/gateway.ts'
import { createLog } from '../local/log.ts'
import { filesOf } from '../local/namespaces.ts'
import * as local from '../local/network.ts'
import { PRICE_PER_GIB } from '../local/registration.ts'
import { withLargeSocketBuffers } from '../local/socket-buffers.ts'
import { networkObstacle } from '../local/tunnel-ability.ts'
import { logFile } from '../paths.ts'

export type TestNetwork = {
  base: local.Base
  chain: local.Chain
  deployment: TestDeployment
  gateway: LocalGateway
  /** Opens, joins, brings the tunnel up and pays. The deposit in token base units, for 40 GiB where none is given. */
  connect: (
    role: 'user' | 'stranger',
    deposit?: string,
  ) => Promise<{ client: Client; stream: string; address4: string; address6: string; config: string }>
  stop: () => Promise<void>
}

export const terms = { pricePerGiB: PRICE_PER_GIB, allowance: costOfBytes(16n * 2n ** 20n, PRICE_PER_GIB) }

const DEPOSIT = '2000000'

/**
 * @param change What the gateway is started with otherwise.
 * @param named Its API is known by a name, which its clients know from before their tunnel.
 */
export async function startTestNetwork(
  name: string,
  { named = false, ...change }: Partial<Pick<GatewayOptions, 'entry' | 'env'>> & { named?: boolean } = {},
): Promise<TestNetwork> {
  const log = createLog(logFile(`e2e-${name}`))
  const cleanup = new Cleanup(log)
  try {
    const obstacle = await networkObstacle()
    if (obstacle) throw new Error(`the end-to-end tests need a real tunnel: ${obstacle}`)
    const base = await local.prepareHosts(obstacle, log, cleanup)
    const chain = await local.startLocalChain(base)
    const deployment = await local.deployContracts(chain)
    const serverUrl = await local.startInternetServer(base)
    const env = { ...(named ? await nameNode(base) : {}), ...change.env }
    const gateway = await local.startGateway({ ...local.gatewayOptions(base, chain, deployment), ...change, env })
    return {
      base,
      chain,
      deployment,
      gateway,
      stop: () => cleanup.run(),
      async connect(role, deposit = DEPOSIT) {
        const client = local.startUser(base, chain, { deployment, serverUrl, role })
        await client.ask('discover')
        const { stream } = await client.ask('open', deposit)
        const { address4, address6, config } = await client.ask('join')
        await withLargeSocketBuffers(() => client.ask('tunnelUp'))
        await client.ask('startPaying')
        await client.ask('firstByte')
        return { client, stream, address4, address6, config }
      },
    }
  } catch (error) {
    await cleanup.run()
    throw error
  }
}

/** @returns what the gateway is told of it. */
async function nameNode({ slot, ports, addresses }: local.Base): Promise<Record<string, string>> {
  const { address4 } = addresses.node
  for (const client of [slot.namespaces.client, slot.namespaces.stranger]) {
    await writeFile(join(filesOf(client), 'hosts'), `127.0.0.1 localhost\n${address4} ${NODE_NAME}\n`)
  }
  return { X4PN_API_URL: `http://${NODE_NAME}:${ports.api}`, X4PN_PUBLIC_IPV4: address4 }
}

// What a journey needs: the local network with its subgraph and two nodes, the built dapp served on the client's host,
// and a browser there.
import type { Network } from '@x4pn/client'
import { mintTestUsdc, type TestDeployment } from '@x4pn/contracts/testing'
import { buildSite } from '@x4pn/dapp/build'
import type { BrowserContext } from 'playwright-core'
import type { Address } from 'viem'
import { clientsFor } from '../local/chain.ts'
import { Cleanup } from '../local/cleanup.ts'
import type { LocalGateway } from '../local/gateway.ts'
import { createLog } from '../local/log.ts'
import * as local from '../local/network.ts'
import { type LocalSite, startSite } from '../local/site.ts'
import { networkObstacle } from '../local/tunnel-ability.ts'
import { logFile } from '../paths.ts'
import { type ChromiumOptions, startChromium } from './chromium.ts'

export type JourneyNetwork = {
  base: local.Base
  chain: local.Chain
  deployment: TestDeployment
  gateway: LocalGateway
  second: LocalGateway
  /** As the client's host reaches all of it. */
  network: Network
  site: LocalSite
  queryUrl: string
  serverUrl: string
  /** A browser on the client's host. */
  browser: (options: Omit<ChromiumOptions, 'namespace'>) => Promise<BrowserContext>
  /** Test USDC, and nothing of the chain's own coin. */
  fund: (account: Address, amount?: bigint) => Promise<void>
  stop: () => Promise<void>
}

export async function startJourneyNetwork(name: string): Promise<JourneyNetwork> {
  const log = createLog(logFile(`journeys-${name}`))
  const cleanup = new Cleanup(log)
  try {
    const obstacle = await networkObstacle()
    if (obstacle) throw new Error(`the journeys need a real tunnel: ${obstacle}`)
    const base = await local.prepareHosts(obstacle, log, cleanup)
    const chain = await local.startLocalChain(base)
    const deployment = await local.deployContracts(chain)
    const [{ queryUrl }, serverUrl, gateway, second, built] = await Promise.all([
      local.startIndex(base, chain, deployment),
      local.startInternetServer(base),
      local.startGateway(local.gatewayOptions(base, chain, deployment)),
      local.startGateway(local.gatewayOptions(base, chain, deployment, 'second')),
      buildSite(),
    ])
    const namespace = base.slot.namespaces.client
    const network = local.networkRecord(deployment, chain.publicRpcUrl, local.fromHosts(base, queryUrl))
    const site = await startSite(base, built, { network, namespace })
    return {
      base,
      chain,
      deployment,
      gateway,
      second,
      network,
      site,
      queryUrl,
      serverUrl,
      browser: (options) => startChromium(base, { ...options, namespace }),
      fund: (to, amount = 20_000_000n) =>
        mintTestUsdc(clientsFor(chain.rpcUrl, 'deployer'), deployment, { to, amount }),
      stop: () => cleanup.run(),
    }
  } catch (error) {
    await cleanup.run()
    throw error
  }
}

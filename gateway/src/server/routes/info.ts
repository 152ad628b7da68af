// GET /v1/info: the node's signed offer, signed anew well before it expires.
import { costOfBytes, type NodeInfo, routes } from '@x4pn/gateway-api'
import { ApiError } from '../../api-error.ts'
import type { Prices } from '../../chain/chain.ts'
import { unixSeconds } from '../../clock.ts'
import type { App, RouteContext } from '../server.ts'

/** Seconds of life that an answer has at least. */
const MINIMUM_LIFE = 600

export function infoRoute(app: App, { gateway }: RouteContext): void {
  let cached: { prices: Prices; info: NodeInfo } | undefined
  app.get(routes.info.path, { schema: { response: { 200: routes.info.response } } }, async () => {
    const { prices, config, statements, tunnel, clock } = gateway
    if (!prices) throw new ApiError('CHAIN_UNAVAILABLE', 'the prices were never read from the registry')
    const fresh = cached && cached.info.expiry - unixSeconds(clock) > MINIMUM_LIFE
    const { pricePerGiB, pricePerHour } = prices
    if (!cached || !fresh || cached.prices.pricePerGiB !== pricePerGiB || cached.prices.pricePerHour !== pricePerHour) {
      const terms = { pricePerGiB, allowance: costOfBytes(config.allowanceBytes, pricePerGiB) }
      cached = { prices, info: await statements.info(prices, terms, tunnel.simulated) }
    }
    return cached.info
  })
}

// GET /v1/info: the node's signed offer, signed anew well before it expires.
import { costOfBytes, type NodeInfo, routes } from '@x4pn/gateway-api'
import { ApiError } from '../../api-error.ts'
import type { OwnRecord } from '../../chain/chain.ts'
import { unixSeconds } from '../../clock.ts'
import type { App, RouteContext } from '../server.ts'

/** Seconds of life that an answer has at least. */
const MINIMUM_LIFE = 600

export function infoRoute(app: App, { gateway }: RouteContext): void {
  let cached: { record: OwnRecord; info: NodeInfo } | undefined
  app.get(routes.info.path, { schema: { response: { 200: routes.info.response } } }, async () => {
    const { record, config, statements, tunnel, clock } = gateway
    if (!record) throw new ApiError('CHAIN_UNAVAILABLE', 'the prices were never read from the registry')
    const fresh = cached && cached.info.expiry - unixSeconds(clock) > MINIMUM_LIFE
    const { pricePerGiB, pricePerHour } = record
    if (!cached || !fresh || cached.record.pricePerGiB !== pricePerGiB || cached.record.pricePerHour !== pricePerHour) {
      const terms = { allowance: costOfBytes(config.allowanceBytes, pricePerGiB) }
      cached = { record, info: await statements.info(record, terms, tunnel.simulated) }
    }
    return cached.info
  })
}

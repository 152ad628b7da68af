// GET /v1/nonce
import { routes } from '@x4pn/gateway-api'
import { unixSeconds } from '../../clock.ts'
import { createNonce } from '../../sign-in/nonce.ts'
import type { App, RouteContext } from '../server.ts'

export function nonceRoute(app: App, { gateway }: RouteContext): void {
  app.get(routes.nonce.path, { schema: { response: { 200: routes.nonce.response } } }, (_, reply) => {
    reply.header('cache-control', 'no-store')
    return createNonce(gateway.keys.nonceKey, unixSeconds(gateway.clock))
  })
}

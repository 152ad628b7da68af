// POST /v1/relay: sends what a user signed to the chain.
import { routes } from '@x4pn/gateway-api'
import { Relayer } from '../../relay/relay.ts'
import { costly } from '../limits.ts'
import type { App, RouteContext } from '../server.ts'

export function relayRoute(app: App, { gateway }: RouteContext): void {
  const relayer = new Relayer(gateway)
  const schema = { body: routes.relay.body, response: { 200: routes.relay.response } }
  app.post(routes.relay.path, { schema, config: costly(gateway.config) }, ({ body }) => relayer.relay(body))
}

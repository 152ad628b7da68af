// GET /v1/echo: from which address the caller came, signed.
import { routes } from '@x4pn/gateway-api'
import { costly } from '../limits.ts'
import type { App, RouteContext } from '../server.ts'

export function echoRoute(app: App, { gateway }: RouteContext): void {
  const schema = { querystring: routes.echo.query, response: { 200: routes.echo.response } }
  app.get(routes.echo.path, { schema, config: costly(gateway.config) }, (request, reply) => {
    reply.header('cache-control', 'no-store')
    return gateway.statements.echo(request.ip.replace(/^::ffff:/, ''), request.query.nonce)
  })
}

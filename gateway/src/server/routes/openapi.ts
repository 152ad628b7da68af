// GET /v1/openapi.json: what this node answers, for machines.
import { openApiDocument, routes } from '@x4pn/gateway-api'
import type { App } from '../server.ts'

export function openapiRoute(app: App): void {
  const text = JSON.stringify(openApiDocument())
  app.get(routes.openapi.path, (_, reply) => reply.type('application/json').send(text))
}

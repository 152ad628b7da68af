// The operator's own port: metrics, health, draining. Never on a public address.
import { createServer, type ServerResponse } from 'node:http'
import type { HostPort } from '../config.ts'
import type { Metrics } from '../metrics.ts'

/** No page can send it without asking first (CORS), so no page on the operator's machine can drain the node. */
export const DRAIN_HEADER = 'x-x4pn-drain'

export type OperatorParts = {
  metrics: Metrics
  isAlive: () => boolean
  /** Why no new client should be sent here; empty: ready. */
  notReady: () => string[]
  /** @param seconds After which it ends even if clients are left. */
  drain: (seconds: number) => void
}

export async function startOperatorServer(
  at: HostPort,
  { metrics, isAlive, notReady, drain }: OperatorParts,
): Promise<{ stop: () => Promise<void> }> {
  const say = (response: ServerResponse, status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)

  const server = createServer(async (request, response) => {
    const [pathname] = (request.url ?? '').split('?', 1)
    switch (`${request.method} ${pathname}`) {
      case 'GET /metrics':
        response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(await metrics.registry.metrics())
        return
      case 'GET /healthz':
        return say(response, isAlive() ? 200 : 503, { alive: isAlive() })
      case 'GET /readyz': {
        const reasons = notReady()
        return say(response, reasons.length === 0 ? 200 : 503, { ready: reasons.length === 0, reasons })
      }
      case 'POST /drain': {
        const seconds = Number(request.headers[DRAIN_HEADER])
        if (!Number.isSafeInteger(seconds) || seconds < 0) {
          return say(response, 400, {
            error: `${DRAIN_HEADER} must be the seconds to wait, it is ${request.headers[DRAIN_HEADER]}`,
          })
        }
        drain(seconds)
        return say(response, 202, { draining: true, seconds })
      }
      default:
        return say(response, 404, { error: 'There are GET /metrics, /healthz, /readyz and POST /drain.' })
    }
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(at, listening)
  })
  return {
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped())
        server.closeAllConnections()
      }),
  }
}

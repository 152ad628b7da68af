// GET /v1/sessions/:stream/usage: server-sent events `usage` and `counters`.
import { Readable } from 'node:stream'
import { routes } from '@x4pn/gateway-api'
import type { Hash } from 'viem'
import { ApiError } from '../../api-error.ts'
import { unixSeconds } from '../../clock.ts'
import { usageOf } from '../../sessions/session.ts'
import { isTokenValid } from '../../sign-in/token.ts'
import type { FeedEvent } from '../../usage-feed.ts'
import type { App, RouteContext } from '../server.ts'

/** A listener that takes nothing for so many events is dropped; it opens the stream again. */
const MAX_BACKLOG = 64

export function usageRoute(app: App, { gateway }: RouteContext): void {
  app.get(routes.usage.path, { schema: { params: routes.usage.params } }, (request, reply) => {
    const { keys, clock, sessions, feed } = gateway
    const stream = request.params.stream.toLowerCase() as Hash
    if (!isTokenValid(keys.tokenKey, stream, request.headers.authorization, unixSeconds(clock))) {
      throw new ApiError('TOKEN_INVALID')
    }
    const session = sessions.get(stream)
    if (!session) throw new ApiError('STREAM_NOT_JOINED')

    const body = new Readable({ read() {}, highWaterMark: MAX_BACKLOG * 512 })
    const push = ({ event, data }: FeedEvent) => {
      if (!body.push(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)) body.destroy()
    }
    const stop = feed.listen(stream, push)
    body.once('close', stop)
    push({ event: 'usage', data: usageOf(session, clock()) })
    return reply.header('content-type', 'text/event-stream').header('cache-control', 'no-store').send(body)
  })
}

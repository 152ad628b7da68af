// GET /v1/sessions/:stream/usage: server-sent events `usage` and `counters`, the first of both at once.
import { Readable } from 'node:stream'
import { routes } from '@x4pn/gateway-api'
import type { Hash } from 'viem'
import { ApiError } from '../../api-error.ts'
import { unixSeconds } from '../../clock.ts'
import { usageOf } from '../../sessions/session.ts'
import { isTokenValid } from '../../sign-in/token.ts'
import type { FeedEvent } from '../../usage-feed.ts'
import type { App, RouteContext } from '../server.ts'

/** Bytes, some dozens of events: a listener that leaves so much is dropped; it opens the stream again. */
const MAX_BACKLOG = 32 * 1024

export function usageRoute(app: App, { gateway }: RouteContext): void {
  app.get(routes.usage.path, { schema: { params: routes.usage.params } }, async (request, reply) => {
    const { keys, clock, sessions, feed, statements } = gateway
    const stream = request.params.stream.toLowerCase() as Hash
    if (!isTokenValid(keys.tokenKey, stream, request.headers.authorization, unixSeconds(clock))) {
      throw new ApiError('TOKEN_INVALID')
    }
    const session = sessions.get(stream)
    if (!session) throw new ApiError('STREAM_NOT_JOINED')

    const counters = await statements.counters(session)
    const body = eventStream()
    const stop = feed.listen(stream, { take: body.take, end: () => body.destroy() })
    body.once('close', stop)
    body.take({ event: 'usage', data: usageOf(session, clock()) })
    body.take({ event: 'counters', data: counters })
    return reply.header('content-type', 'text/event-stream').header('cache-control', 'no-store').send(body)
  })
}

/** A body that events are put into. */
export function eventStream(): Readable & { take: (event: FeedEvent) => void } {
  const body = new Readable({ read() {}, highWaterMark: MAX_BACKLOG })
  const take = ({ event, data }: FeedEvent) => {
    if (!body.push(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)) body.destroy()
  }
  return Object.assign(body, { take })
}

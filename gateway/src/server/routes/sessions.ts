// POST /v1/sessions and POST /v1/sessions/:stream/leave. Work on one stream runs in turn.
import { routes } from '@x4pn/gateway-api'
import type { Hex } from 'viem'
import { ApiError } from '../../api-error.ts'
import { checksummed, streamOf } from '../../crypto/addresses.ts'
import { KeyedQueue } from '../../keyed-queue.ts'
import { clientOf } from '../../sessions/admission/clients.ts'
import { join } from '../../sessions/join.ts'
import { leave } from '../../sessions/leave.ts'
import { expectedDomain } from '../../sign-in/checks/domain.ts'
import { costly } from '../limits.ts'
import type { App, RouteContext } from '../server.ts'

export function sessionsRoutes(app: App, { gateway, credit }: RouteContext): void {
  const node = gateway.keys.account.address
  const queue = new KeyedQueue()

  const joinSchema = { body: routes.join.body, response: { 200: routes.join.response } }
  app.post(routes.join.path, { schema: joinSchema, config: costly(gateway.config) }, ({ body, headers, ip }) => {
    const user = checksummed(body.user)
    const sessionKey = checksummed(body.sessionKey)
    const domain = expectedDomain(headers.origin, gateway.config.apiUrl)
    const client = clientOf(ip)
    const wireguardKey = body.wireguardKey.toLowerCase() as Hex
    return queue.run(streamOf(user, node, sessionKey), () =>
      join(gateway, credit, { ...body, user, sessionKey, wireguardKey, action: 'join', domain, client }),
    )
  })

  const leaveSchema = { params: routes.leave.params, body: routes.leave.body, response: { 200: routes.leave.response } }
  app.post(
    routes.leave.path,
    { schema: leaveSchema, config: costly(gateway.config) },
    ({ body, headers, params, ip }) => {
      const user = checksummed(body.user)
      const sessionKey = checksummed(body.sessionKey)
      const stream = streamOf(user, node, sessionKey)
      if (params.stream.toLowerCase() !== stream) throw new ApiError('SIGNIN_WRONG_STREAM', params.stream)
      const domain = expectedDomain(headers.origin, gateway.config.apiUrl)
      const client = clientOf(ip)
      return queue.run(stream, () =>
        leave(gateway, credit, { ...body, user, sessionKey, action: 'leave', domain, client }),
      )
    },
  )
}

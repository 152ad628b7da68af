// The HTTP server: one schema and one error table for all routes.
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyError, type FastifyReply } from 'fastify'
import { ApiError } from '../api-error.ts'
import type { Gateway } from '../gateway.ts'
import type { CreditWriter } from '../sessions/credit.ts'
import { MINUTE } from './limits.ts'
import { echoRoute } from './routes/echo.ts'
import { infoRoute } from './routes/info.ts'
import { nonceRoute } from './routes/nonce.ts'
import { receiptsRoute } from './routes/receipts.ts'
import { relayRoute } from './routes/relay.ts'
import { sessionsRoutes } from './routes/sessions.ts'
import { usageRoute } from './routes/usage.ts'

export type RouteContext = { gateway: Gateway; credit: CreditWriter }

/** Seconds after which a client may ask again when the chain, the disk or the node's room was the obstacle. */
const RETRY_AFTER = 5

export async function createServer(context: RouteContext) {
  const { log } = context.gateway
  const app = Fastify({
    bodyLimit: 256 * 1024,
    forceCloseConnections: true,
    requestTimeout: 15_000,
    // A HEAD of a usage stream would listen for ever.
    exposeHeadRoutes: false,
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(TypeBoxValidatorCompiler)

  app.setErrorHandler((error: FastifyError, request, reply) => {
    const apiError = toApiError(error)
    if (apiError.code === 'INTERNAL')
      log.error({ error: error.stack, route: request.routeOptions.url }, 'a request failed')
    return sendError(reply, apiError)
  })
  app.setNotFoundHandler((_, reply) => sendError(reply, new ApiError('NOT_FOUND')))

  // Any page may ask: what it may do is decided by what it can sign. No cookies, so no credentials.
  await app.register(cors, { origin: true, exposedHeaders: ['retry-after'], maxAge: 7200 })
  await app.register(rateLimit, {
    max: context.gateway.config.requestsPerMinute,
    timeWindow: MINUTE,
    errorResponseBuilder: () => new ApiError('RATE_LIMITED'),
  })

  infoRoute(app, context)
  nonceRoute(app, context)
  echoRoute(app, context)
  sessionsRoutes(app, context)
  receiptsRoute(app, context)
  relayRoute(app, context)
  usageRoute(app, context)
  return app
}

export type App = Awaited<ReturnType<typeof createServer>>

function toApiError(error: FastifyError): ApiError {
  if (error instanceof ApiError) return error
  if (error.validation) return new ApiError('BAD_REQUEST', error.message)
  if (error.statusCode !== undefined && error.statusCode < 500) return new ApiError('BAD_REQUEST', error.message)
  return new ApiError('INTERNAL')
}

function sendError(reply: FastifyReply, error: ApiError) {
  if (error.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', RETRY_AFTER)
  return reply.code(error.status).send(error.body())
}

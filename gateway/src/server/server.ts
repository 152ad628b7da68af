// The HTTP server: one schema and one error table for all routes.
import { createServer as createHttpsServer } from 'node:https'
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyError, type FastifyReply, type FastifyServerFactory } from 'fastify'
import { ApiError } from '../api-error.ts'
import type { Gateway } from '../gateway.ts'
import type { CreditWriter } from '../sessions/credit.ts'
import { MINUTE } from './limits.ts'
import { echoRoute } from './routes/echo.ts'
import { infoRoute } from './routes/info.ts'
import { nonceRoute } from './routes/nonce.ts'
import { openapiRoute } from './routes/openapi.ts'
import { receiptsRoute } from './routes/receipts.ts'
import { relayRoute } from './routes/relay.ts'
import { sessionsRoutes } from './routes/sessions.ts'
import { usageRoute } from './routes/usage.ts'

export type RouteContext = { gateway: Gateway; credit: CreditWriter }

/** Seconds after which a client may ask again when the chain, the disk or the node's room was the obstacle. */
const RETRY_AFTER = 5
/** Milliseconds in which a request must have arrived. */
const REQUEST_TIMEOUT = 15_000

/** It has no certificate yet: until one is set (`setSecureContext`), handshakes fail. */
const secureServer: FastifyServerFactory = (handler) =>
  createHttpsServer({ minVersion: 'TLSv1.2', requestTimeout: REQUEST_TIMEOUT }, handler)

export async function createServer(context: RouteContext) {
  const { log, config, metrics } = context.gateway
  const app = Fastify({
    bodyLimit: 256 * 1024,
    forceCloseConnections: true,
    requestTimeout: REQUEST_TIMEOUT,
    // A HEAD of a usage stream would listen for ever.
    exposeHeadRoutes: false,
    // What the router itself refuses, before any handler of errors is asked: it has the shape of the table too.
    frameworkErrors: (error, _, reply) => sendError(reply, new ApiError('BAD_REQUEST', error.message.slice(0, 200))),
    ...(config.tls ? { serverFactory: secureServer } : {}),
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
  app.addHook('onRequest', async (_, reply) => {
    // A page may measure how long the node took: latency that it cannot see, it cannot compare.
    reply.header('timing-allow-origin', '*')
  })
  app.addHook('onResponse', async (request, reply) => {
    metrics.requests.observe(
      { route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    )
  })
  await app.register(rateLimit, {
    max: context.gateway.config.requestsPerMinute,
    timeWindow: MINUTE,
    errorResponseBuilder: () => new ApiError('RATE_LIMITED'),
  })

  infoRoute(app, context)
  nonceRoute(app, context)
  echoRoute(app, context)
  openapiRoute(app)
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
  if ((error.status === 503 || error.status === 429) && !reply.hasHeader('retry-after'))
    reply.header('retry-after', RETRY_AFTER)
  return reply.code(error.status).send(error.body())
}

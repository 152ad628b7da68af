// The OpenAPI 3.1 document of the API, made of the routes and the error table. Its schemas are JSON Schema as they are.
import Type, { type TSchema } from 'typebox'
import { ErrorBody, type ErrorCode, errorTable } from './errors.ts'
import { type Route, routes } from './routes.ts'

const json = (schema: TSchema | { $ref: string }) => ({ 'application/json': { schema } })

/** Every status that a route may answer with beside success, and the codes that come with it. */
function failures(codes: readonly ErrorCode[]) {
  const byStatus = Map.groupBy(codes, (code) => errorTable[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group
          .map((code) => `\`${code}\`: ${errorTable[code].message} ${errorTable[code].fix}`)
          .join('\n\n'),
        ...(status === 429 || status === 503
          ? { headers: { 'Retry-After': { description: 'Seconds', schema: Type.Integer({ minimum: 0 }) } } }
          : {}),
        content: json({ $ref: '#/components/schemas/Error' }),
      },
    ]),
  )
}

/** A schema's properties as parameters of one place. */
function parameters(schema: TSchema | undefined, place: 'path' | 'query') {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, TSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }))
}

function operation(name: string, route: Route) {
  const { summary, params, query, body, response, errors } = route
  const isStream = name === 'usage'
  return {
    operationId: name,
    summary,
    parameters: [...parameters(params, 'path'), ...parameters(query, 'query')],
    ...(body ? { requestBody: { required: true, content: json(body) } } : {}),
    ...(isStream ? { security: [{ token: [] }] } : {}),
    responses: {
      200: {
        description: isStream ? 'Server-sent events; the data of `usage` has this schema' : 'Done',
        content: isStream ? { 'text/event-stream': { schema: response } } : json(response),
      },
      ...failures(errors),
    },
  }
}

/** As it is served at /v1/openapi.json and committed as gateway/api/openapi.json. */
export function openApiDocument() {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, route] of Object.entries(routes)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'X4PN gateway',
      version: '1',
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'What every node of X4PN answers. Money is in token base units and bytes are whole bytes, both as decimal strings; times are Unix seconds.',
    },
    servers: [
      {
        url: '{apiUrl}',
        variables: { apiUrl: { default: 'https://node.example', description: "The node's API URL in the registry" } },
      },
    ],
    paths,
    components: {
      schemas: { Error: ErrorBody },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: '`token` of a join' } },
    },
  }
}

// Asks one subgraph. Its answer is a stranger's: checked against a schema, once, here.
import Type, { type TObject } from 'typebox'
import { Value } from 'typebox/value'
import { type Fetch, requestDefaults } from '../gateway-client.ts'
import { parseJson, readText } from '../http-answer.ts'

export const BigIntText = Type.String({ pattern: '^(0|[1-9][0-9]{0,28})$' })
export const AddressText = Type.String({ pattern: '^0x[0-9a-f]{40}$' })
export const HashText = Type.String({ pattern: '^0x[0-9a-f]{64}$' })
export const nullable = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

/** How far the index has read; every query asks for it (`META`). */
export const Meta = Type.Object({
  block: Type.Object({ number: Type.Integer({ minimum: 0 }) }),
  hasIndexingErrors: Type.Boolean(),
})
export const META = '_meta { block { number } hasIndexingErrors }'

export type SubgraphQuery<Data extends TObject> = {
  url: string
  fetch: Fetch
  query: string
  variables: Record<string, unknown>
  data: Data
  timeoutMs?: number
}

/** Throws whatever goes wrong: the caller has other sources. */
export async function querySubgraph<Data extends TObject>(options: SubgraphQuery<Data>): Promise<Type.Static<Data>> {
  const { url, fetch, query, variables, data, timeoutMs = 8_000 } = options
  const answer = await fetch(url, {
    ...requestDefaults,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const body = parseJson(await readText(answer)) as { data?: unknown } | undefined
  if (!answer.ok || !Value.Check(data, body?.data)) {
    throw new TypeError(`HTTP ${answer.status}, or not the expected shape`)
  }
  return body?.data as Type.Static<Data>
}

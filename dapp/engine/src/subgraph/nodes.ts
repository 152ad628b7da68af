// Asks one subgraph for the nodes on offer, and how far it has read the chain.
import Type from 'typebox'
import { Value } from 'typebox/value'
import { type Address, getAddress, type Hash } from 'viem'
import { type Fetch, requestDefaults } from './gateway-client.ts'
import { parseJson, readText } from './http-answer.ts'
import type { ListedNode } from './registry.ts'

const PAGE = 500

const QUERY = `query Nodes($after: Bytes!, $first: Int!) {
  _meta { block { number } hasIndexingErrors }
  nodes(where: { listed: true, id_gt: $after }, orderBy: id, first: $first) {
    id operator { id } pricePerGiB pricePerHour country commitment apiUrl metadataCid
  }
}`

const BigIntText = Type.String({ pattern: '^(0|[1-9][0-9]{0,28})$' })
const AddressText = Type.String({ pattern: '^0x[0-9a-f]{40}$' })
const Answer = Type.Object({
  data: Type.Object({
    _meta: Type.Object({
      block: Type.Object({ number: Type.Integer({ minimum: 0 }) }),
      hasIndexingErrors: Type.Boolean(),
    }),
    nodes: Type.Array(
      Type.Object({
        id: AddressText,
        operator: Type.Object({ id: AddressText }),
        pricePerGiB: BigIntText,
        pricePerHour: BigIntText,
        country: Type.Union([Type.String({ pattern: '^[A-Z]{2}$' }), Type.Null()]),
        commitment: Type.String({ pattern: '^0x[0-9a-f]{64}$' }),
        apiUrl: Type.String(),
        metadataCid: Type.Union([Type.String(), Type.Null()]),
      }),
    ),
  }),
})

export type IndexAnswer = { nodes: ListedNode[]; block: bigint; hasErrors: boolean }

/** Throws whatever goes wrong: the caller has other sources. */
export async function queryIndex(url: string, fetch: Fetch, timeoutMs = 8_000): Promise<IndexAnswer> {
  const nodes: ListedNode[] = []
  for (let after = '0x'; ; ) {
    const answer = await fetch(url, {
      ...requestDefaults,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY, variables: { after, first: PAGE } }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const body = parseJson(await readText(answer))
    if (!answer.ok || !Value.Check(Answer, body))
      throw new TypeError(`HTTP ${answer.status}, or not the expected shape`)
    const { nodes: page, _meta } = body.data
    for (const { id, operator, country, metadataCid, ...node } of page) {
      nodes.push({
        node: getAddress(id),
        operator: getAddress(operator.id as Address),
        pricePerGiB: BigInt(node.pricePerGiB),
        pricePerHour: BigInt(node.pricePerHour),
        country: country ?? undefined,
        commitment: node.commitment as Hash,
        apiUrl: node.apiUrl,
        metadataCid: metadataCid ?? undefined,
        retired: false,
      })
    }
    const last = page.at(-1)
    if (!last || page.length < PAGE)
      return { nodes, block: BigInt(_meta.block.number), hasErrors: _meta.hasIndexingErrors }
    after = last.id
  }
}

// The nodes on offer, as one subgraph has them, and how far it has read the chain.
import Type from 'typebox'
import { type Address, getAddress, type Hash, zeroAddress } from 'viem'
import type { Fetch } from '../gateway-client.ts'
import type { ListedNode } from '../registry.ts'
import { AddressText, BigIntText, HashText, META, Meta, nullable, querySubgraph } from './query.ts'

const PAGE = 500

const query = `query Nodes($after: Bytes!, $first: Int!) {
  ${META}
  nodes(where: { listed: true, id_gt: $after }, orderBy: id, first: $first) {
    id operator { id } payout pricePerGiB pricePerHour country commitment apiUrl metadataCid
  }
}`

const Data = Type.Object({
  _meta: Meta,
  nodes: Type.Array(
    Type.Object({
      id: AddressText,
      operator: Type.Object({ id: AddressText }),
      payout: nullable(AddressText),
      pricePerGiB: BigIntText,
      pricePerHour: BigIntText,
      country: nullable(Type.String({ pattern: '^[A-Z]{2}$' })),
      commitment: HashText,
      apiUrl: Type.String(),
      metadataCid: nullable(Type.String()),
    }),
  ),
})

export type IndexAnswer = { nodes: ListedNode[]; block: bigint; hasErrors: boolean }

/** Throws whatever goes wrong: the caller has other sources. */
export async function queryNodes(url: string, fetch: Fetch): Promise<IndexAnswer> {
  const nodes: ListedNode[] = []
  for (let after = '0x'; ; ) {
    const variables = { after, first: PAGE }
    const { nodes: page, _meta } = await querySubgraph({ url, fetch, query, variables, data: Data })
    for (const { id, operator, payout, country, metadataCid, ...node } of page) {
      nodes.push({
        node: getAddress(id),
        operator: getAddress(operator.id as Address),
        payout: payout === null ? zeroAddress : getAddress(payout),
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

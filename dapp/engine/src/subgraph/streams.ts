// A user's streams, as one subgraph has them.
import Type from 'typebox'
import { type Address, getAddress, type Hash } from 'viem'
import type { Fetch } from '../gateway-client.ts'
import type { PastStream } from '../history.ts'
import { AddressText, BigIntText, HashText, META, Meta, nullable, querySubgraph } from './query.ts'

const query = `query Streams($user: String!, $first: Int!) {
  ${META}
  streams(where: { user: $user }, orderBy: openedAt, orderDirection: desc, first: $first) {
    id node { id } sessionKey deposit settled refund status openedAt stoppedAt closedAt
  }
}`

const Data = Type.Object({
  _meta: Meta,
  streams: Type.Array(
    Type.Object({
      id: HashText,
      node: Type.Object({ id: AddressText }),
      sessionKey: AddressText,
      deposit: BigIntText,
      settled: BigIntText,
      refund: BigIntText,
      status: Type.Enum(['OPEN', 'STOPPED', 'CLOSED']),
      openedAt: BigIntText,
      stoppedAt: nullable(BigIntText),
      closedAt: nullable(BigIntText),
    }),
  ),
})

/** Newest first. Throws whatever goes wrong: the caller has other sources. */
export async function queryStreams(
  url: string,
  fetch: Fetch,
  user: Address,
  first: number,
): Promise<{ streams: PastStream[]; block: bigint }> {
  const variables = { user: user.toLowerCase(), first }
  const { streams, _meta } = await querySubgraph({ url, fetch, query, variables, data: Data })
  return {
    block: BigInt(_meta.block.number),
    streams: streams.map(({ id, node, sessionKey, deposit, settled, refund, status, ...times }) => ({
      stream: id as Hash,
      node: getAddress(node.id),
      sessionKey: getAddress(sessionKey),
      deposit: BigInt(deposit),
      settled: BigInt(settled),
      refund: BigInt(refund),
      status: status.toLowerCase() as PastStream['status'],
      openedAt: Number(times.openedAt),
      stoppedAt: Number(times.stoppedAt ?? 0),
      closedAt: Number(times.closedAt ?? 0),
    })),
  }
}

// Nodes as the registry itself tells them: one by id, or all of them page by page. Whoever spends reads here.
import { type Deployment, x4pnNodeRegistryAbi } from '@x4pn/contracts'
import {
  type Address,
  BaseError,
  type ContractFunctionReturnType,
  ContractFunctionRevertedError,
  getAddress,
  type Hash,
  hexToString,
  isAddressEqual,
  type PublicClient,
  zeroAddress,
} from 'viem'
import { EngineError } from './errors.ts'

/** What an operator says about a node. `apiUrl` and `metadataCid` are a stranger's text. */
export type ListedNode = {
  node: Address
  operator: Address
  /** Where its income and its relay fees go; zero: it has none, and relays nothing. */
  payout: Address
  /** Token base units for 2^30 bytes, both directions. */
  pricePerGiB: bigint
  /** Token base units for 3,600 seconds. */
  pricePerHour: bigint
  /** ISO 3166-1 alpha-2. */
  country: string | undefined
  /** keccak256(WireGuard key, exit-policy hash) */
  commitment: Hash
  apiUrl: string
  metadataCid: string | undefined
  /** Retired, or replaced by another node key: not to be used. */
  retired: boolean
}

type NodeRecord = ContractFunctionReturnType<typeof x4pnNodeRegistryAbi, 'view', 'nodeOf'>
type Registry = Pick<Deployment, 'registry'>

const PAGE = 100n
/** Bit 0 of a record's flags. */
const RETIRED = 1

export async function readNode(client: PublicClient, { registry }: Registry, node: Address): Promise<ListedNode> {
  try {
    const record = await client.readContract({
      address: registry,
      abi: x4pnNodeRegistryAbi,
      functionName: 'nodeOf',
      args: [node],
    })
    return toListedNode(node, record)
  } catch (cause) {
    const reverted = cause instanceof BaseError && cause.walk((e) => e instanceof ContractFunctionRevertedError)
    throw new EngineError(reverted ? 'NODE_UNKNOWN' : 'CHAIN_UNREACHABLE', { details: node, cause })
  }
}

/** Every node ever registered, in order of registration, retired ones included. */
export async function readAllNodes(client: PublicClient, { registry }: Registry): Promise<ListedNode[]> {
  const nodes: ListedNode[] = []
  try {
    for (;;) {
      const [ids, records] = await client.readContract({
        address: registry,
        abi: x4pnNodeRegistryAbi,
        functionName: 'nodes',
        args: [BigInt(nodes.length), PAGE],
      })
      ids.forEach((id, index) => {
        const record = records[index]
        if (record) nodes.push(toListedNode(id, record))
      })
      if (ids.length < PAGE) return nodes
    }
  } catch (cause) {
    throw new EngineError('CHAIN_UNREACHABLE', { details: registry, cause })
  }
}

function toListedNode(node: Address, { operator, successor, params }: NodeRecord): ListedNode {
  const country = hexToString(params.country)
  return {
    node: getAddress(node),
    operator,
    payout: params.payout,
    pricePerGiB: params.pricePerGiB,
    pricePerHour: params.pricePerHour,
    country: /^[A-Z]{2}$/.test(country) ? country : undefined,
    commitment: params.commitment,
    apiUrl: params.apiUrl,
    metadataCid: params.metadataCid || undefined,
    retired: (params.flags & RETIRED) !== 0 || !isAddressEqual(successor, zeroAddress),
  }
}

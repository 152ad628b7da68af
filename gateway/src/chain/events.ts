// The events that concern a node, of both contracts, in two questions for any range of blocks.
import { x4pnNodeRegistryAbi, x4pnVpnSessionsAbi } from '@x4pn/contracts'
import {
  type Abi,
  type Address,
  encodeEventTopics,
  type Hash,
  type Hex,
  isAddressEqual,
  numberToHex,
  type PublicClient,
  pad,
  parseEventLogs,
  type RpcLog,
} from 'viem'

/** Their third indexed argument is the node. */
const OF_STREAMS = ['Opened', 'ToppedUp', 'ToppedUpFromBalance', 'Stopped', 'Closed'] as const
/** Rare enough to be asked for without a filter. */
const OF_REGISTRY = ['NodeUpdated', 'NodeSucceeded', 'SlashCaseOpened', 'Slashed'] as const
const OF_INFLOWS = ['InflowsPaused', 'InflowsUnpaused'] as const

export type ChainEvents = {
  /** Ids of this node's streams that were opened, topped up, stopped or closed. */
  streams: Hash[]
  /** What happened to the node's record and bond, and to everybody's inflows, in order. */
  notices: { name: (typeof OF_REGISTRY)[number] | (typeof OF_INFLOWS)[number]; args: Record<string, unknown> }[]
}

type Settings = { sessions: Address; registry: Address; node: Address }

const topic = (abi: Abi, eventName: string): Hex => encodeEventTopics({ abi, eventName })[0] as Hex
const streamTopics = OF_STREAMS.map((name) => topic(x4pnVpnSessionsAbi, name))
const rareTopics = [
  ...OF_REGISTRY.map((name) => topic(x4pnNodeRegistryAbi, name)),
  ...OF_INFLOWS.map((name) => topic(x4pnVpnSessionsAbi, name)),
]

export function eventReader(client: PublicClient, { sessions, registry, node }: Settings) {
  const isNode = (address: unknown) => address !== undefined && isAddressEqual(address as Address, node)
  return async (fromBlock: bigint, toBlock: bigint): Promise<ChainEvents> => {
    const range = { fromBlock: numberToHex(fromBlock), toBlock: numberToHex(toBlock) }
    const ask = async (address: Address | Address[], topics: (Hex | Hex[] | null)[]): Promise<RpcLog[]> =>
      (await client.request({ method: 'eth_getLogs', params: [{ address, topics, ...range }] })) as RpcLog[]
    const [own, rare] = await Promise.all([
      ask(sessions, [streamTopics, null, null, pad(node).toLowerCase() as Hex]),
      ask([sessions, registry], [rareTopics]),
    ])
    const notices = parseEventLogs({ abi: [...x4pnNodeRegistryAbi, ...x4pnVpnSessionsAbi], logs: rare as never })
      .map(({ eventName, args }) => ({
        name: eventName as ChainEvents['notices'][number]['name'],
        args: { ...args } as Record<string, unknown>,
      }))
      // A case against a predecessor's key is about the bond that this one carries on.
      .filter(({ args: { node: whose, holder } }) => whose === undefined || isNode(whose) || isNode(holder))
    return { streams: [...new Set(own.flatMap(({ topics }) => topics[1] ?? []))], notices }
  }
}

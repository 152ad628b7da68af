// What is kept about each stream, one record for each writer: the page writes the connection, the worker the receipt and
// the leaving; the session is written by whoever joined last.
import type { AuthorizedOpen, ListedNode, SessionRecord, StreamRecord, WireguardKeys } from '@x4pn/client'
import type { LeaveResponse, ReceiptItem } from '@x4pn/gateway-api'
import type { Hash } from 'viem'
import { vault } from './vault.ts'

/** How the deposit gets into the stream. */
type PayBy = 'authorization' | 'balance' | 'transaction'

/** A node's record as plain JSON. */
export type KnownNode = Omit<ListedNode, 'pricePerGiB' | 'pricePerHour'> & { pricePerGiB: string; pricePerHour: string }

export const knownOf = (listed: ListedNode): KnownNode => ({
  ...listed,
  pricePerGiB: String(listed.pricePerGiB),
  pricePerHour: String(listed.pricePerHour),
})

export const listedOf = (known: KnownNode): ListedNode => ({
  ...known,
  pricePerGiB: BigInt(known.pricePerGiB),
  pricePerHour: BigInt(known.pricePerHour),
})

export type Connection = {
  /** Kept before any money moves. */
  stream: StreamRecord
  /** As the chain had it when the person agreed. */
  node: KnownNode
  /** Token base units, decimal. */
  deposit: string
  relayFee: string
  payBy: PayBy
  /** Made before any money moves; the same after a reload, so that a configuration that was handed out goes on working. */
  keys: WireguardKeys
  /** Unix milliseconds. */
  createdAt: number
  /** The signature; good for this opening alone, until it expires. */
  authorized?: AuthorizedOpen
  /** The tunnel runs on this device, or the configuration was handed to another. */
  device: 'this' | 'other'
  /** The stream has ended and its refund was seen. */
  done?: boolean
}

/** What the node gave at leaving: with it anybody can close the stream at once. */
export type Leaving = {
  release: LeaveResponse['release']
  counters: LeaveResponse['counters']
  receipt?: ReceiptItem | undefined
}

const key = (kind: 'connection' | 'session' | 'receipt' | 'leaving', stream: Hash) => `${kind}/${stream}`

export const connections = {
  read: (stream: Hash) => vault.read<Connection>(key('connection', stream)),
  write: (connection: Connection) => vault.write(key('connection', connection.stream.stream), connection),
  /** Changes what is kept now, not what a screen has read before: another tab may have written since. */
  change: (stream: Hash, change: Partial<Connection>) =>
    vault.change<Connection>(key('connection', stream), (kept) => kept && { ...kept, ...change }),
  session: (stream: Hash) => vault.read<SessionRecord>(key('session', stream)),
  writeSession: (session: SessionRecord) => vault.write(key('session', session.stream), session),
  receipt: (stream: Hash) => vault.read<ReceiptItem>(key('receipt', stream)),
  writeReceipt: (stream: Hash, receipt: ReceiptItem) => vault.write(key('receipt', stream), receipt),
  leaving: (stream: Hash) => vault.read<Leaving>(key('leaving', stream)),
  writeLeaving: (stream: Hash, leaving: Leaving) => vault.write(key('leaving', stream), leaving),

  /** Newest first. */
  async list(): Promise<Connection[]> {
    const found = await Promise.all((await vault.keys('connection/')).map((name) => vault.read<Connection>(name)))
    return found.filter((one) => one !== undefined).sort((a, b) => b.createdAt - a.createdAt)
  },
}

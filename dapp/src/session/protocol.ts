// What the page and the worker that pays say to each other. The worker that holds the stream's lock answers; it may be
// another tab's, so all of it goes over one BroadcastChannel. Plain JSON, money and bytes as decimal strings.
import type { Network, SessionRecord } from '@x4pn/client'
import type { ReceiptItem, Usage } from '@x4pn/gateway-api'
import type { Hash } from 'viem'
import type { Problem } from '../problem.ts'
import type { Connection } from '../vault/connections.ts'

/** To a new worker, by postMessage. The records go along, for a vault that is memory only. */
export type StartMessage = {
  network: Network
  connection: Connection
  session: SessionRecord
  receipt: ReceiptItem | undefined
}

export type Command =
  /** A page has come: the owner tells its state. */
  | { type: 'hello' }
  | { type: 'device'; device: Connection['device'] }
  /** After a top-up. */
  | { type: 'readDeposit' }
  | { type: 'leave' }
  /** The stream is over: the worker ends. */
  | { type: 'end' }

export type Phase = 'connecting' | 'waiting' | 'paying' | 'cut' | 'leaving' | 'left'

export type SessionState = {
  phase: Phase
  usage?: Usage
  /** Token base units of the best signed receipt. */
  lastSigned: string
  deposit: string
  bytesPerSecond: number
  /** `other`: answered by the node from the tunnel's address; undefined: not known yet. */
  throughTunnel?: boolean
  /** The node's events have stopped coming, since this Unix millisecond. */
  silentSince?: number
  problem?: Problem
}

export type ChannelMessage = { to: 'owner'; command: Command } | { to: 'pages'; state: SessionState }

export const channelName = (stream: Hash) => `x4pn/session/${stream}`
export const lockName = (stream: Hash) => `x4pn/pay/${stream}`

// What the supervisor asks of the client that runs in a namespace of its own, and what it answers. Plain JSON.
import type { Network } from '@x4pn/client'
import type { Usage } from '@x4pn/gateway-api'
import type { Hex } from 'viem'

export type ClientSettings = {
  network: Network
  /** The user's wallet. */
  privateKey: Hex
  /** For the interface and for wg-quick's file name: at most 15 characters. */
  interfaceName: string
  /** Where the configuration file goes. */
  folder: string
  /** http://host of the server behind the gateway. */
  serverUrl: string
}

/** Bytes as decimal strings. */
type InterfaceCount = { rx: string; tx: string }
type PayState = { lastSigned: string; usage?: Usage; problems: string[]; outcomes: Record<string, number> }
/** `longestGap`: milliseconds between two pieces of data, the wait for the first one not counted. */
export type Transfer = { bytes: number; milliseconds: number; complete: boolean }
export type Download = Transfer & { longestGap: number }
/**
 * Of the download that began last: bytes so far, when (milliseconds of a clock that never goes back), and the longest gap
 * since this was last asked.
 */
export type Progress = { bytes: number; at: number; longestGap: number }

/** Command → arguments and answer. */
export type Commands = {
  discover: { args: []; answer: { node: string; source: string; listed: number } }
  open: { args: [deposit: string]; answer: { stream: string; sessionKey: string; deposit: string } }
  join: { args: []; answer: { simulated: boolean; address4: string; address6: string; config: string } }
  tunnelUp: { args: []; answer: null }
  tunnelDown: { args: []; answer: null }
  startPaying: { args: []; answer: null }
  pausePaying: { args: []; answer: null }
  resumePaying: { args: []; answer: null }
  payOnce: { args: []; answer: { outcome: string; lastSigned: string } }
  payState: { args: []; answer: PayState }
  firstByte: { args: []; answer: { caller: string } }
  download: { args: [bytes: number, timeout: number]; answer: Download }
  /** The same from another URL of the server, and who the server says is calling. */
  downloadFrom: { args: [serverUrl: string, bytes: number, timeout: number]; answer: Download }
  /** Goes on until `cancelTransfers`, by a new connection after so many milliseconds without a byte. */
  keepDownloading: { args: [silence: number]; answer: null }
  caller: { args: [serverUrl: string]; answer: { caller: string } }
  progress: { args: []; answer: Progress }
  upload: { args: [bytes: number, timeout: number]; answer: Transfer }
  /** Ends what is under way; it answers with what it had. */
  cancelTransfers: { args: []; answer: null }
  interfaceCount: { args: []; answer: InterfaceCount }
  /** Whether a TCP connection opens within `timeout` milliseconds. */
  reaches: { args: [host: string, port: number, timeout: number]; answer: boolean }
  /** Whether a UDP packet comes back within `timeout` milliseconds. */
  echoes: { args: [host: string, port: number, timeout: number]; answer: boolean }
  /** Addresses of a name of this family, asked at `server`, or, without one, as the system resolves; else the error's code. */
  resolve: { args: [name: string, family: 4 | 6, server?: string]; answer: { addresses: string[]; error?: string } }
  /** The same question this many times at once. Answers that came. */
  resolveMany: { args: [name: string, server: string, times: number]; answer: number }
  /** GET of the node's API at its public URL. */
  callApi: { args: [path: string]; answer: { status: number } }
  /** `finalClaim`: what the client's own last receipt claims. */
  leave: { args: []; answer: { usedBytes: string; finalClaim: string } }
  freeBalance: { args: []; answer: { balance: string } }
  withdraw: { args: [amount: string]; answer: null }
}

export type CommandName = keyof Commands
export type Question<Name extends CommandName = CommandName> = { id: number; name: Name; args: Commands[Name]['args'] }
export type Answer = { id: number; value: unknown } | { id: number; error: string; code?: string }

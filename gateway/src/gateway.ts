// What every part of the running gateway works on, put together once at start.
import type { Chain, OwnRecord } from './chain/chain.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Verifier } from './crypto/verifier.ts'
import type { Resolver } from './dns/resolver.ts'
import type { Health } from './health.ts'
import type { Journal } from './journal/journal.ts'
import type { NodeKeys } from './keys.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Clients } from './sessions/admission/clients.ts'
import type { SessionStore } from './sessions/store.ts'
import type { Statements } from './statements.ts'
import type { Tunnel } from './tunnel/tunnel.ts'
import type { UsageFeed } from './usage-feed.ts'

export type Gateway = {
  config: Config
  keys: NodeKeys
  clock: Clock
  log: Log
  chain: Chain
  tunnel: Tunnel
  resolver: Resolver
  journal: Journal
  sessions: SessionStore
  verifier: Verifier
  /** From where sessions joined, and what each client may ask of the chain; in memory alone. */
  clients: Clients
  statements: Statements
  feed: UsageFeed
  metrics: Metrics
  health: Health
  /** From the registry; undefined until the chain has answered once. */
  record: OwnRecord | undefined
  /** Every stream has been read from the chain since the start: what is known of them is not the journal's alone. */
  caughtUp: boolean
}

// Starts a gateway and stops it: journal, tunnel, HTTP, and the loops, in the order in which they need each other.

import { createChain } from './chain/chain.ts'
import { startWatcher } from './chain/watcher.ts'
import type { Config } from './config.ts'
import type { Gateway } from './gateway.ts'
import { Journal } from './journal/journal.ts'
import { restore } from './journal/restore.ts'
import { deriveKeys } from './keys.ts'
import { createLog } from './log.ts'
import { startMeter } from './meter.ts'
import { createServer } from './server/server.ts'
import { CreditWriter } from './sessions/credit.ts'
import { peerOf } from './sessions/peer.ts'
import { SessionStore } from './sessions/store.ts'
import { startSettler } from './settle/settler.ts'
import { Statements } from './statements.ts'
import { createTunnel, tunnelObstacle } from './tunnel/create.ts'
import { UsageFeed } from './usage-feed.ts'

export async function startGateway(config: Config): Promise<{ stop: () => Promise<void> }> {
  const clock = Date.now
  const log = createLog(config.logLevel)
  const keys = deriveKeys(config.nodeKey)
  const chain = createChain(config, keys)
  const tunnel = createTunnel(config, keys, log)

  const { records, badLines } = await Journal.read(config.journal)
  for (const line of badLines) log.error({ journal: config.journal, line }, 'a line of the journal is damaged: skipped')
  const restored = await restore(records, { config, keys })
  for (const { record, reason } of restored.refused) log.error({ type: record.type, reason }, 'a record was refused')

  const sessions = new SessionStore()
  for (const session of restored.sessions) sessions.add(session)
  const surviving = await tunnel.surviving()
  for (const session of sessions.all()) {
    // The kernel's counter, where it survived, is exact; the journal's last count is a floor.
    const counted = surviving.get(session.stream) ?? 0n
    if (counted > session.usedBytes) session.usedBytes = counted
  }
  const journal = await Journal.create(config.journal, restored.records)
  await tunnel.ensure([...sessions.all()].map(peerOf))

  const gateway: Gateway = {
    config,
    keys,
    clock,
    log,
    chain,
    tunnel,
    journal,
    sessions,
    statements: new Statements(config, keys, clock),
    feed: new UsageFeed(),
    prices: undefined,
  }
  const credit = new CreditWriter(gateway)
  const meter = startMeter(gateway)
  const watcher = startWatcher(gateway, credit)
  const settler = startSettler(gateway, credit)
  const server = await createServer({ gateway, credit })
  await server.listen(config.listen)
  log.info(
    { node: keys.account.address, api: config.apiUrl, sessions: sessions.size, tunnel: tunnelObstacle() ?? 'real' },
    'serving',
  )

  return {
    async stop() {
      await server.close()
      await Promise.all([watcher.stop(), meter.stop()])
      await settler.stop()
      await tunnel.stop()
      await journal.close()
    },
  }
}

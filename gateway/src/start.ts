// Starts a gateway and stops it: journal, tunnel, HTTP, and the loops, in the order in which they need each other.
import type { KeyObject } from 'node:crypto'
import { copyFile, link } from 'node:fs/promises'
import { createChain } from './chain/chain.ts'
import { startCommitmentCheck } from './chain/commitment.ts'
import { startWatcher } from './chain/watcher.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import { curve } from './crypto/curve.ts'
import { CrowdVerifier } from './crypto/verifier.ts'
import { noResolver, startResolver } from './dns/resolver.ts'
import { Drain } from './drain.ts'
import type { Gateway } from './gateway.ts'
import { isAlive, newHealth, notReady } from './health.ts'
import { disk, type Files } from './journal/files.ts'
import { Journal } from './journal/journal.ts'
import { type Restored, restore } from './journal/restore.ts'
import { deriveJournalKey, deriveKeys, type NodeKeys } from './keys.ts'
import { createLog, type Log } from './log.ts'
import { startMeter } from './meter.ts'
import { createMetrics, exposeState } from './metrics.ts'
import { startPassClock } from './pass-clock.ts'
import type { Interval } from './repeat.ts'
import { createNotice } from './server/notice.ts'
import { startOperatorServer } from './server/operator.ts'
import { requireFreePort } from './server/require-free-port.ts'
import { createServer } from './server/server.ts'
import { Clients } from './sessions/admission/clients.ts'
import { CreditWriter } from './sessions/credit.ts'
import { peersOf } from './sessions/peer.ts'
import type { SessionStore } from './sessions/store.ts'
import { startSettler } from './settle/settler.ts'
import { startIdlePeers } from './sharing/idle-peers.ts'
import { startSharing } from './sharing/sharing.ts'
import { Statements } from './statements.ts'
import { startCertificates } from './tls/start.ts'
import { holdAlone, ownOf } from './tunnel/alone.ts'
import { createTunnel } from './tunnel/create.ts'
import type { Tunnel } from './tunnel/tunnel.ts'
import { UsageFeed } from './usage-feed.ts'

/** Milliseconds that a stop waits for blocks: with all else it does it stays within a container's minute. */
const LAST_WAIT = 40_000

/** What a test puts in place of the real thing. */
export type Parts = {
  tunnel?: Tunnel
  clock?: Clock
  log?: Log
  files?: Files
  watchInterval?: Interval
  settleInterval?: Interval
}

export type RunningGateway = {
  /** Resolves when a drain that the operator asked for is over. */
  drained: Promise<void>
  stop: () => Promise<void>
}

export async function startGateway(config: Config, parts: Parts = {}): Promise<RunningGateway> {
  const clock = parts.clock ?? Date.now
  const log = parts.log ?? createLog(config.logLevel)
  if (curve.name === 'wasm') {
    log.error('secp256k1 has no binary for this machine: receipts are checked in WebAssembly, four times as slowly')
  }
  const keys = deriveKeys(config.nodeKey)
  const chain = createChain(config, keys, { clock, log })
  // Before anything is touched: a second copy would take the journal and the tunnel from the first.
  for (const address of [config.listen, config.notice.listen, config.operator]) {
    if (address) await requireFreePort(address)
  }
  await chain.requireRightChain()
  const tunnel = parts.tunnel ?? (await createTunnel(config, keys, log))
  const release = tunnel.simulated ? () => {} : await holdAlone(ownOf(config))
  try {
    const { drained, stop } = await serve(config, parts, { keys, chain, tunnel, clock, log })
    return { drained, stop: () => stop().finally(release) }
  } catch (error) {
    // Whoever starts it again in this process is no second gateway.
    release()
    throw error
  }
}

/** From the journal to clients that are served. */
async function serve(
  config: Config,
  parts: Parts,
  { keys, chain, tunnel, clock, log }: Pick<Gateway, 'keys' | 'chain' | 'tunnel' | 'clock' | 'log'>,
): Promise<RunningGateway> {
  const { journal, sessions } = await openSessions(config, keys, clock, log, tunnel, parts.files)
  const verifier = new CrowdVerifier((error) =>
    log.error({ error: error.message }, 'the thread that verifies receipts is gone: one thread does everything'),
  )
  const gateway: Gateway = {
    config,
    keys,
    clock,
    log,
    chain,
    tunnel,
    resolver: tunnel.simulated ? noResolver : await startResolver(config, log),
    journal,
    sessions,
    verifier,
    clients: new Clients(sessions, config.limits, clock),
    statements: new Statements(config, keys, clock),
    feed: new UsageFeed(),
    metrics: createMetrics(),
    health: newHealth(clock()),
    record: undefined,
    caughtUp: false,
  }
  const credit = new CreditWriter(gateway)
  const server = await createServer({ gateway, credit })
  const notice = createNotice(config.notice.abuseContact)
  if (config.notice.listen) await notice.listen(config.notice.listen)
  const certificates = await startCertificates(gateway, server, notice)
  await server.listen(config.listen)
  const meter = startMeter(gateway)
  const passes = startPassClock(gateway, credit)
  const watcher = startWatcher(gateway, credit, parts.watchInterval)
  const settler = startSettler(gateway, credit, parts.settleInterval)
  const commitment = startCommitmentCheck(gateway)
  const sharing = startSharing(gateway)
  const idle = startIdlePeers(gateway)
  const drain = new Drain(gateway)
  const certificateUntil = () => certificates?.servedUntil
  exposeState(gateway.metrics, gateway, certificateUntil)
  const operator =
    config.operator &&
    (await startOperatorServer(config.operator, {
      metrics: gateway.metrics,
      isAlive: () => isAlive(gateway),
      notReady: () => notReady(gateway, certificateUntil()),
      drain: (seconds) => drain.begin(seconds),
    }))
  const { simulated } = tunnel
  log.info({ node: keys.account.address, api: config.apiUrl, sessions: sessions.size, simulated }, 'serving')

  return {
    drained: drain.done,
    async stop() {
      drain.stop()
      certificates?.stop()
      await Promise.all([server.close(), notice.stop(), operator?.stop()])
      chain.stopWaiting(clock() + LAST_WAIT)
      await Promise.all([watcher.stop(), meter.stop(), passes.stop()])
      await Promise.all([commitment.stop(), sharing.stop(), idle.stop()])
      await settler.stop()
      await gateway.resolver.stop()
      await tunnel.stop()
      await Promise.all([journal.close(), verifier.stop()])
    },
  }
}

/** From the journal to every peer in the tunnel. */
export async function openSessions(
  config: Config,
  keys: NodeKeys,
  clock: Clock,
  log: Log,
  tunnel: Tunnel,
  files: Files = disk,
): Promise<{ journal: Journal; sessions: SessionStore }> {
  const key = deriveJournalKey(config)
  // What the tunnel still holds is read while the journal is, and the file written while the peers are set.
  const surviving = tunnel.surviving()
  try {
    const [{ records, sessions }, counters] = await Promise.all([
      readJournal(config, keys, key, clock, log, files),
      surviving,
    ])
    for (const session of sessions.all()) {
      // The kernel's counter, where it survived, is exact; the journal's last count is a floor.
      const counted = counters.get(session.stream) ?? 0n
      if (counted > session.usedBytes) session.usedBytes = counted
    }
    const [, journal] = await Promise.all([
      tunnel.ensure(peersOf(sessions)),
      Journal.create(config.journal, key, records, { files }),
    ])
    return { journal, sessions }
  } catch (error) {
    // What was made for this start is removed. What an earlier run left stays, cut: its counts are nowhere else yet.
    const outlived = await surviving.catch(() => undefined)
    if (outlived?.size === 0) {
      await tunnel.stop().catch((cause: unknown) => log.error({ error: String(cause) }, 'the tunnel was not removed'))
    }
    throw error
  }
}

async function readJournal(
  config: Config,
  keys: NodeKeys,
  key: KeyObject,
  clock: Clock,
  log: Log,
  files: Files,
): Promise<Pick<Restored, 'records' | 'sessions'>> {
  const path = config.journal
  const { records, badLines } = await Journal.read(path, key, files)
  const restored = restore(records, { config, keys })
  if (badLines.length > 0) {
    log.error(
      { journal: path, lines: badLines.length, first: badLines[0] },
      'lines of the journal are damaged, or of another node key, chain, contract or version: skipped',
    )
  }
  for (const { record, reason } of restored.refused) log.error({ type: record.type, reason }, 'a record was refused')
  if (badLines.length > 0 || restored.refused.length > 0) {
    // There may be money in it, and the cause may be a slip in the configuration.
    const copy = `${path}.${clock()}.kept`
    // A second name takes no room, on a disk that is full above all. Until the journal is written anew, it grows with it.
    await link(path, copy).catch(() => copyFile(path, copy))
    log.error({ copy }, 'the journal is kept as it is: with the cause mended, put it back while the gateway is stopped')
  }
  return restored
}

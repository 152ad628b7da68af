// The meter: reads what passed, tells the listeners, mends a broken tunnel, and says to the kernel that the gateway
// lives. Whoever cannot meter must not serve: without a reading there is no sign of life, and the kernel cuts.
import { recordCounters, tellCounters, unrecorded } from './counters.ts'
import type { Gateway } from './gateway.ts'
import { Pace } from './pace.ts'
import { repeat } from './repeat.ts'
import { peersOf } from './sessions/peer.ts'
import { creditBytes, isOpen, type Session, usageOf } from './sessions/session.ts'

/** With 10,000 sessions a reading takes a tenth of a second: it is followed by a rest of this many times as long. */
const METER_REST = 4
const KEEP_ALIVE_INTERVAL = 1_000
/** Who is there shakes hands every two minutes. */
const HANDSHAKE_INTERVAL = 10_000
/** While a listener waits for the first one, to say that the tunnel is up. */
const FIRST_HANDSHAKE_INTERVAL = 1_000
/**
 * A session that moved is recorded this often, and at once when it is an allowance ahead of its record; who listens is told
 * the signed count as often and no oftener.
 */
const COUNTERS_INTERVAL = 10_000

export function startMeter(gateway: Gateway): { stop: () => Promise<void> } {
  const { sessions, log } = gateway
  /** Sessions whose count on disk is behind. A session that stands still costs nothing. */
  const moved = new Set<Session>()
  for (const session of sessions.all()) moved.add(session)
  const record = (which: (session: Session) => boolean) => recordCounters(gateway, moved, which)
  const tell = tellCounters(gateway)

  const failed = (error: unknown) => log.error({ error: String(error) }, 'metering failed: cut')
  const pace = new Pace()
  const meter = repeat(createTick(gateway, moved, pace), () => pace.interval(), failed, METER_REST)
  const counters = repeat(() => record(isOpen).then(tell), COUNTERS_INTERVAL, failed)
  return {
    stop: async () => {
      await Promise.all([meter.stop(), counters.stop()])
      // The kernel's counters go with the tunnel: the last count is written down.
      await readUsage(gateway, moved, pace).catch((error: unknown) =>
        log.error({ error: String(error) }, 'the last count is missing'),
      )
      await record(() => true)
    },
  }
}

/** One turn of the meter. */
export function createTick(gateway: Gateway, moved: Set<Session>, pace: Pace): () => Promise<void> {
  const { tunnel, sessions, log, clock } = gateway
  let aliveAt = Number.NEGATIVE_INFINITY
  let handshakesAt = Number.NEGATIVE_INFINITY
  return async () => {
    try {
      // Not the wall clock: one that is put back would cut everybody.
      const now = performance.now()
      const handshakesDue = now - handshakesAt >= handshakeInterval(gateway)
      // What was counted is kept, also when the handshakes cannot be read.
      const reads = await Promise.allSettled([
        readUsage(gateway, moved, pace),
        handshakesDue && readHandshakes(gateway),
      ])
      for (const read of reads) if (read.status === 'rejected') throw read.reason
      if (handshakesDue) handshakesAt = now
      gateway.health.meteredAt = clock()
      await recordCounters(gateway, moved, (session) => unrecorded(session) >= gateway.config.allowanceBytes)
      if (now - aliveAt >= KEEP_ALIVE_INTERVAL) {
        await tunnel.keepAlive()
        aliveAt = now
      }
    } catch (error) {
      log.error({ error: String(error) }, 'the tunnel cannot be read: making it anew')
      // A new table passes nothing before the first reading.
      aliveAt = Number.NEGATIVE_INFINITY
      // The new table counts on from here: what passed since the last reading is read once more, where that can be done.
      await readUsage(gateway, moved, pace).catch(() => {})
      await tunnel.ensure(peersOf(sessions))
    }
  }
}

async function readUsage(
  { tunnel, sessions, feed, clock, health }: Gateway,
  moved: Set<Session>,
  pace: Pace,
): Promise<void> {
  const usage = await tunnel.readUsage()
  const now = clock()
  const moves = []
  for (const [stream, bytes] of usage) {
    const session = sessions.get(stream)
    if (!session || bytes <= session.usedBytes) continue
    const passed = bytes - session.usedBytes
    session.usedBytes = bytes
    moved.add(session)
    moves.push({ passed, credit: creditBytes(session) })
  }
  pace.took(moves)
  health.usageReadAt = performance.now()
  // Also when nothing moved: a client tells a silent stream from a quiet one by it.
  for (const stream of feed.streams()) {
    const session = sessions.get(stream)
    if (session) feed.publish({ event: 'usage', data: usageOf(session, now) })
  }
}

/** Milliseconds. */
function handshakeInterval({ sessions, feed }: Gateway): number {
  const awaited = feed.streams().some((stream) => sessions.get(stream)?.lastHandshake === 0)
  return awaited ? FIRST_HANDSHAKE_INTERVAL : HANDSHAKE_INTERVAL
}

async function readHandshakes({ tunnel, sessions }: Gateway): Promise<void> {
  for (const [key, seconds] of await tunnel.readHandshakes()) {
    const session = sessions.byWireguardKey(key)
    if (session && seconds > session.lastHandshake) session.lastHandshake = seconds
  }
}

// The meter: reads what passed, tells the listeners, mends a broken tunnel, and says to the kernel that the gateway
// lives. Whoever cannot meter must not serve: without a reading there is no sign of life, and the kernel cuts.
import type { Gateway } from './gateway.ts'
import { repeat } from './repeat.ts'
import { peerOf } from './sessions/peer.ts'
import { isOpen, type Session, usageOf } from './sessions/session.ts'

/** A new client has at first the allowance and 16 MiB: at 1 Gbit/s they last a quarter of a second. */
const METER_INTERVAL = 200
const KEEP_ALIVE_INTERVAL = 1_000
const HANDSHAKE_INTERVAL = 2_000
/** A session that moved is recorded this often, and at once when it is an allowance ahead of its record. */
const COUNTERS_INTERVAL = 10_000

export function startMeter(gateway: Gateway): { stop: () => Promise<void> } {
  const { tunnel, sessions, log, clock } = gateway
  let aliveAt = 0
  let handshakesAt = 0
  // A full disk must not look like a tunnel that cannot be read.
  const notRecorded = (error: unknown) => log.error({ error: String(error) }, 'counts were not written down')
  const record = (which: (session: Session) => boolean) => {
    const moved = [...sessions.all()].filter((session) => unrecorded(session) > 0n && which(session))
    return recordCounters(gateway, moved).catch(notRecorded)
  }

  const tick = async () => {
    try {
      await readUsage(gateway)
      await record((session) => unrecorded(session) >= gateway.config.allowanceBytes)
      const now = clock()
      gateway.health.meteredAt = now
      if (now - aliveAt >= KEEP_ALIVE_INTERVAL) {
        await tunnel.keepAlive()
        aliveAt = now
      }
      if (now - handshakesAt >= HANDSHAKE_INTERVAL) {
        await readHandshakes(gateway)
        handshakesAt = now
      }
    } catch (error) {
      log.error({ error: String(error) }, 'the tunnel cannot be read: making it anew')
      // A new table passes nothing before the first reading.
      aliveAt = 0
      await tunnel.ensure([...sessions.all()].map(peerOf))
    }
  }
  const meter = repeat(tick, METER_INTERVAL, (error) => log.error({ error: String(error) }, 'metering failed: cut'))
  const counters = repeat(() => record(isOpen), COUNTERS_INTERVAL, notRecorded)
  return {
    stop: async () => {
      await Promise.all([meter.stop(), counters.stop()])
      // The kernel's counters go with the tunnel: the last count is written down.
      await readUsage(gateway).catch((error: unknown) =>
        log.error({ error: String(error) }, 'the last count is missing'),
      )
      await record(() => true)
    },
  }
}

async function readUsage({ tunnel, sessions, feed, clock }: Gateway): Promise<void> {
  const usage = await tunnel.readUsage()
  const now = clock()
  for (const [stream, bytes] of usage) {
    const session = sessions.get(stream)
    if (!session) continue
    if (bytes > session.usedBytes) session.usedBytes = bytes
    // Also when nothing moved: a client tells a silent stream from a quiet one by it.
    if (feed.hasListeners(stream)) feed.publish({ event: 'usage', data: usageOf(session, now) })
  }
}

async function readHandshakes({ tunnel, sessions }: Gateway): Promise<void> {
  for (const [key, seconds] of await tunnel.readHandshakes()) {
    const session = sessions.byWireguardKey(key)
    if (session && seconds > session.lastHandshake) session.lastHandshake = seconds
  }
}

/** The count that is on disk, by session. */
const recordedBytes = new WeakMap<Session, bigint>()

/** Bytes by which the count on disk is behind. */
const unrecorded = (session: Session) => session.usedBytes - (recordedBytes.get(session) ?? 0n)

/** Puts the signed counts of these sessions on disk; after a loss of the kernel's counters they are the floor. */
async function recordCounters({ statements, journal, feed, clock }: Gateway, moved: Session[]): Promise<void> {
  await Promise.all(
    moved.map(async (session) => {
      const counters = await statements.counters(session)
      recordedBytes.set(session, BigInt(counters.usedBytes))
      await journal.append({ type: 'counters', counters, acceptedAt: clock() })
      feed.publish({ event: 'counters', data: counters })
    }),
  )
}

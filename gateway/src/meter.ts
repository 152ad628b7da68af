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
/** The client's evidence is signed at most this often. */
const COUNTERS_INTERVAL = 10_000

export function startMeter(gateway: Gateway): { stop: () => Promise<void> } {
  const { tunnel, sessions, feed, log, clock } = gateway
  let aliveAt = 0
  let handshakesAt = 0

  const tick = async () => {
    try {
      await readUsage(gateway)
      const now = clock()
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
      await tunnel.ensure([...sessions.all()].map(peerOf))
    }
  }
  const meter = repeat(tick, METER_INTERVAL, (error) => log.error({ error: String(error) }, 'metering failed: cut'))
  const counters = repeat(
    () => signCounters(gateway),
    COUNTERS_INTERVAL,
    (error) => log.error({ error: String(error) }, 'counters were not signed'),
  )
  return {
    stop: async () => {
      await Promise.all([meter.stop(), counters.stop()])
      for (const session of sessions.all()) feed.publish({ event: 'usage', data: usageOf(session, clock()) })
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

/** What was signed last, by session: nothing new is signed for a session that stood still. */
const signedBytes = new WeakMap<Session, bigint>()

async function signCounters({ sessions, statements, journal, feed, clock }: Gateway): Promise<void> {
  const moved = [...sessions.all()].filter(
    (session) => isOpen(session) && session.usedBytes !== (signedBytes.get(session) ?? 0n),
  )
  await Promise.all(
    moved.map(async (session) => {
      const counters = await statements.counters(session)
      await journal.append({ type: 'counters', counters, acceptedAt: clock() })
      signedBytes.set(session, BigInt(counters.usedBytes))
      feed.publish({ event: 'counters', data: counters })
    }),
  )
}

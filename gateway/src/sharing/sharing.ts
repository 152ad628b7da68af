// Divides what the operator gives to all sessions: once a second by what each carried in the last one.
import type { Hash } from 'viem'
import type { Gateway } from '../gateway.ts'
import { repeat } from '../repeat.ts'
import { fairShare } from './fair-share.ts'

const INTERVAL = 1_000
/** A share is changed in the kernel when it moved by more than this part: each change fills every bucket anew. */
const STEP = 0.1
/** A share falls at once and grows by this factor a second: one slow second of a session frees little for the others. */
const GROWTH = 1.15

/** Does nothing where X4PN_TOTAL_MBIT is not set: X4PN_SESSION_MBIT alone is the tunnel's affair. */
export function startSharing(gateway: Pick<Gateway, 'config' | 'sessions' | 'tunnel' | 'log' | 'health'>): {
  stop: () => Promise<void>
} {
  const { sessions, tunnel, log, health } = gateway
  const { total, session: most = Number.POSITIVE_INFINITY } = gateway.config.rates
  if (total === undefined) return { stop: async () => {} }
  let before = new Map<Hash, bigint>()
  let readAt = health.usageReadAt
  let share = Math.min(total, most)

  const divide = async () => {
    // By the time between readings: a second of the clock holds now two, now three of them.
    const now = health.usageReadAt
    const seconds = (now - readAt) / 1000
    if (seconds === 0) return
    const used = new Map([...sessions.all()].map(({ stream, usedBytes }) => [stream, usedBytes]))
    const rates = [...used].map(([stream, bytes]) => Number(bytes - (before.get(stream) ?? bytes)) / seconds)
    before = used
    readAt = now
    const next = Math.min(fairShare(rates, total, share), share * GROWTH, most)
    if (Math.abs(next - share) <= share * STEP) return
    await tunnel.limitRate(Math.floor(next))
    share = next
  }
  return repeat(divide, INTERVAL, (error) => log.error({ error: String(error) }, 'the shares were not changed'))
}

// Moves the passes on in time, once a second: a lease that ends is cut, one whose claim has grown waits to be settled, and
// none is served long past the last answer of the chain.
import { unixSeconds } from './clock.ts'
import type { Gateway } from './gateway.ts'
import { repeat } from './repeat.ts'
import type { CreditWriter } from './sessions/credit.ts'
import { movePass } from './sessions/pass.ts'
import { unsettled } from './sessions/session.ts'

const INTERVAL = 1_000
/** Milliseconds that one step counts at most: a clock that jumped, or a machine that slept, served nobody meanwhile. */
const LONGEST_STEP = 5_000
/** Milliseconds past the last answer of the chain: a stop on chain may have ended the lease unseen. */
const PASS_WITHOUT_CHAIN = 900_000

export function startPassClock(gateway: Gateway, credit: CreditWriter): { stop: () => Promise<void> } {
  const { sessions, clock, log, health } = gateway
  let last = clock()
  // What was restored is as old as its last receipt.
  for (const { pass } of sessions.all()) if (pass) pass.asOf = Math.max(pass.asOf, unixSeconds(clock))
  const tick = async () => {
    const now = clock()
    const step = Math.min(Math.max(now - last, 0), LONGEST_STEP)
    last = now
    const at = { now: unixSeconds(clock), step, waitsForChain: now - health.chainReadAt > PASS_WITHOUT_CHAIN }
    for (const session of sessions.all()) {
      if (!session.pass) continue
      if (movePass(session, at)) {
        credit.changed(session)
        log.info({ stream: session.stream }, 'a pass ended, began, or waits for the chain')
      }
      if (unsettled(session) > 0n) session.unsettledSince ??= now
    }
  }
  return repeat(tick, INTERVAL, (error) => log.error({ error: String(error) }, 'passes were not moved on'))
}

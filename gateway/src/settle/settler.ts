// Turns receipts into money, and releases the streams that left. Idempotent: the chain skips what it has, and what was
// sent is read back from the chain.
import type { ReleaseItem, SettleItem } from '@x4pn/contracts'
import { refresh } from '../chain/watcher.ts'
import type { Gateway } from '../gateway.ts'
import { repeat } from '../repeat.ts'
import type { CreditWriter } from '../sessions/credit.ts'
import { type Session, unsettled } from '../sessions/session.ts'
import { canSettle, isDue, isUrgent } from './due.ts'

const CHECK_INTERVAL = 1_000
/** Items in one transaction: about 3.4 million gas. */
const MAX_ITEMS = 250
/** Milliseconds of rest after a failure: a transaction that is only late must not be sent again and again. */
const REST_AFTER_FAILURE = 15_000
/**
 * Milliseconds of rest for a stream whose settlement brought nothing, or which was settled out of turn: otherwise small
 * receipts after a stop, or one that the chain does not take, would cost a transaction a second. Ten fit into the
 * shortest challenge window.
 */
const REST_OF_STREAM = 300_000

export function startSettler(gateway: Gateway, credit: CreditWriter): { stop: () => Promise<void> } {
  const { sessions, log, config, clock } = gateway
  let restUntil = 0
  const failed = (error: unknown) => {
    restUntil = clock() + REST_AFTER_FAILURE
    log.warn({ error: String(error) }, 'settling failed; it is tried again')
  }
  const round = async () => {
    const now = clock()
    if (now < restUntil) return
    const all = [...sessions.all()]
    const leaving = all.filter(({ left, settleNotBefore = 0 }) => left && now >= settleNotBefore)
    await release(gateway, credit, leaving.slice(0, MAX_ITEMS))
    await settle(gateway, credit, all.filter((session) => isDue(session, config.settle, now)).slice(0, MAX_ITEMS))
  }
  const rounds = repeat(round, CHECK_INTERVAL, failed)
  return {
    stop: async () => {
      await rounds.stop()
      const all = [...sessions.all()]
      for (const batch of batches(all.filter(({ left }) => left))) await release(gateway, credit, batch).catch(failed)
      for (const batch of batches(all.filter(canSettle))) await settle(gateway, credit, batch).catch(failed)
    },
  }
}

async function settle(gateway: Gateway, credit: CreditWriter, due: readonly Session[]): Promise<void> {
  if (due.length === 0) return
  const settling = sendAndReadBack(gateway, credit, due)
  // Who leaves meanwhile waits for what comes of it.
  for (const session of due) session.settling = settling
  await settling.finally(() => {
    for (const session of due) delete session.settling
  })
}

async function sendAndReadBack(gateway: Gateway, credit: CreditWriter, due: readonly Session[]): Promise<void> {
  const { chain, clock, log } = gateway
  const items: SettleItem[] = due.flatMap(({ best }) => best ?? [])
  const urgent = new Set(due.filter(isUrgent))
  const hash = await chain.settle(items)
  for (const session of due) {
    const before = session.chain.settled
    await refresh(gateway, credit, session)
    const moved = session.chain.settled > before
    if (!moved) log.error({ stream: session.stream, hash }, 'the chain did not take a receipt')
    if (!moved || urgent.has(session)) session.settleNotBefore = clock() + REST_OF_STREAM
    if (unsettled(session) === 0n) delete session.unsettledSince
    else session.unsettledSince = clock()
  }
  log.info({ hash, streams: items.length }, 'settled')
}

async function release(gateway: Gateway, credit: CreditWriter, leaving: readonly Session[]): Promise<void> {
  const { chain, sessions, clock, log } = gateway
  // Somebody may have closed one meanwhile, by our signed release.
  for (const session of leaving) await refresh(gateway, credit, session)
  const open = leaving.filter((session) => sessions.get(session.stream) === session)
  if (open.length === 0) return
  const items: ReleaseItem[] = open.map(({ user, sessionKey, left }) =>
    left?.receipt ? { user, sessionKey, receipt: left.receipt } : { user, sessionKey },
  )
  const hash = await chain.release(items)
  for (const session of open) {
    await refresh(gateway, credit, session)
    if (sessions.get(session.stream) !== session) continue
    session.settleNotBefore = clock() + REST_OF_STREAM
    log.error({ stream: session.stream, hash }, 'the chain did not release a stream')
  }
  log.info({ hash, streams: items.length }, 'released')
}

function batches(sessions: readonly Session[]): Session[][] {
  const count = Math.ceil(sessions.length / MAX_ITEMS)
  return Array.from({ length: count }, (_, index) => sessions.slice(index * MAX_ITEMS, (index + 1) * MAX_ITEMS))
}

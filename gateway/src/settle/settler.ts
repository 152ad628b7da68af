// Turns receipts into money, and releases the streams that left: one transaction at a time for all of them. Idempotent:
// the chain is read before and after, and it skips what it has. What cannot be done now holds up nothing else.
import { setTimeout } from 'node:timers/promises'
import type { SignedReceipt } from '@x4pn/contracts'
import { refresh } from '../chain/refresh.ts'
import { StillPendingError } from '../chain/send-errors.ts'
import { isToCome } from '../clock.ts'
import type { Gateway } from '../gateway.ts'
import { type Interval, millisecondsOf, repeat } from '../repeat.ts'
import type { CreditWriter } from '../sessions/credit.ts'
import { asSettled } from '../sessions/receipt-stream.ts'
import { claimed, type Session, unsettled } from '../sessions/session.ts'
import { canSettle, isDue, isEnding, isUrgent, REST_OF_STREAM, rests } from './due.ts'
import { reportNoCoins } from './no-coins.ts'
import { PayOut } from './pay-out.ts'
import { readEach } from './read-each.ts'
import { release } from './release.ts'
import { worthSettling } from './worth.ts'

const CHECK_INTERVAL = 1_000
/** Items in one transaction: about 3.4 million gas. */
const MAX_ITEMS = 250
/** Milliseconds of rest after a failure: a transaction that is only late must not be sent again and again. */
const REST_AFTER_FAILURE = 15_000
/** And where gas is too dear for what waits. */
const REST_WHILE_DEAR = 60_000
/** Rounds at the end: ten seconds, for a block that is to come. */
const LAST_ROUNDS = 10

export function startSettler(
  gateway: Gateway,
  credit: CreditWriter,
  interval: Interval = CHECK_INTERVAL,
): { stop: () => Promise<void> } {
  const { chain, sessions, log, config, clock, metrics } = gateway
  const work = { gateway, credit }
  const payOut = new PayOut(gateway)
  let restUntil = 0
  let dear = false
  const failed = (error: unknown) => {
    const pending = error instanceof StillPendingError
    metrics.transactions.inc({ kind: 'settling', outcome: pending ? 'pending' : 'failed' })
    restUntil = clock() + REST_AFTER_FAILURE
    if (pending) return void log.info({ error: error.message }, 'waiting for a block')
    log.warn({ error: String(error) }, 'settling failed; it is tried again')
    reportNoCoins(gateway, error)
  }

  /** One transaction, or none: the most urgent first. */
  const round = async () => {
    const now = clock()
    // Until every stream was read once, what is known of them is the journal's.
    if (!gateway.caughtUp) return undefined
    // What is on its way is looked after even in a rest.
    if (!(await nothingOnItsWay(work)) || isToCome(restUntil, REST_WHILE_DEAR, now)) return
    const all = [...sessions.all()]
    const leaving = all.filter((session) => isLeaving(session) && !rests(session, now))
    const due = all.filter((session) => isDue(session, config.settle, now))
    if (leaving.length === 0 && due.length === 0) return payOut.ifDue()
    const price = await chain.gasPrice()
    const { batch, ceiling } = worthSettling(due, price, config.gas)
    const released = price <= config.gas.price ? leaving.slice(0, MAX_ITEMS) : []
    const wasDear = dear
    dear = batch.length + released.length === 0
    if (batch.some(isEnding)) return settle(work, batch.slice(0, MAX_ITEMS), ceiling)
    if (released.length > 0) return release(work, released)
    if (batch.length > 0) return settle(work, batch.slice(0, MAX_ITEMS), ceiling)
    restUntil = now + REST_WHILE_DEAR
    if (!wasDear) log.warn({ price: price.toString(), due: due.length }, 'gas is too dear for what waits: it waits')
    return payOut.ifDue()
  }
  const rounds = repeat(round, interval, failed)
  return {
    stop: async () => {
      await rounds.stop()
      await settleAtLast(work, interval).catch(failed)
    },
  }
}

export type Work = { gateway: Gateway; credit: CreditWriter }

const isLeaving = ({ left, chain }: Session): boolean => left !== undefined && !chain.closed

/** At the end: whatever waits and is worth its gas, after what is on its way, also from before a restart. */
async function settleAtLast(work: Work, interval: Interval): Promise<void> {
  for (let round = 1; ; round++) {
    try {
      return await settleAll(work)
    } catch (error) {
      if (!(error instanceof StillPendingError) || round === LAST_ROUNDS) throw error
      await setTimeout(millisecondsOf(interval))
    }
  }
}

async function settleAll(work: Work): Promise<void> {
  const { chain, config, sessions } = work.gateway
  if (!(await nothingOnItsWay(work))) throw new StillPendingError('the transaction sent last is not mined yet')
  const all = [...sessions.all()]
  const leaving = all.filter(isLeaving)
  const waiting = all.filter(canSettle)
  if (leaving.length + waiting.length === 0) return
  const price = await chain.gasPrice()
  const { batch, ceiling } = worthSettling(waiting, price, config.gas)
  for (const part of batches(batch)) await settle(work, part, ceiling)
  if (price <= config.gas.price) for (const part of batches(leaving)) await release(work, part)
}

/** Looks after what was sent; true when it was mined, or will not be, and what came of it is known. */
async function nothingOnItsWay(work: Work): Promise<boolean> {
  const { chain, sessions, log } = work.gateway
  if (!(await chain.tend())) return false
  for (const session of sessions.all()) {
    if (session.sent === undefined) continue
    // One that cannot be read now holds up no other: it is looked at again.
    await readBack(work, [session]).catch((error: unknown) =>
      log.warn({ stream: session.stream, error: String(error) }, 'what became of a settlement is not known yet'),
    )
  }
  return true
}

async function settle(work: Work, due: readonly Session[], ceiling: bigint): Promise<void> {
  const settling = sendAndReadBack(work, due, ceiling)
  // Who leaves meanwhile waits for what comes of it.
  for (const session of due) session.settling = settling
  await settling.finally(() => {
    for (const session of due) delete session.settling
  })
}

async function sendAndReadBack(work: Work, due: readonly Session[], ceiling: bigint): Promise<void> {
  const { gateway } = work
  // Another host may have settled, or a transaction that nobody waited for any more has landed.
  const read = await readEach(work, due)
  const isHere = (session: Session) => gateway.sessions.get(session.stream) === session && canSettle(session)
  const payable = read
    .filter(isHere)
    .map((session) => ({ session, item: itemOf(work, session) }))
    .filter(({ item }) => item !== undefined)
  const still = payable.map(({ session }) => session)
  const items = payable.flatMap(({ item }) => item ?? [])
  for (const session of due) if (unsettled(session) === 0n) delete session.unsettledSince
  if (still.length === 0) return
  const urgent = new Set(still.filter(isUrgent))
  const before = new Map(still.map((session) => [session, session.chain.settled]))
  for (const session of still) session.sent = claimed(session)
  const hash = await gateway.chain.settle(items, ceiling).catch((error: unknown) => {
    // What may still be mined is read back when it is known.
    if (!(error instanceof StillPendingError)) for (const session of still) delete session.sent
    throw error
  })
  await readBack(work, still)
  const { clock, log } = gateway
  for (const session of still) {
    const moved = session.chain.settled > (before.get(session) ?? 0n)
    if (!moved) log.error({ stream: session.stream, hash }, 'the chain did not take a receipt')
    if (!moved || urgent.has(session)) session.settleNotBefore = clock() + REST_OF_STREAM
  }
  gateway.metrics.transactions.inc({ kind: 'settle', outcome: 'mined' })
  log.info({ hash, streams: items.length }, 'settled')
}

/** None for a receipt that its session key did not sign, whatever brought it here: it counts no more. */
function itemOf({ gateway, credit }: Work, session: Session): SignedReceipt | undefined {
  try {
    return session.best && asSettled(gateway.config, session.best, session)
  } catch (error) {
    gateway.log.error({ stream: session.stream, error: String(error) }, 'a receipt that cannot be settled is dropped')
    delete session.best
    credit.changed(session)
    return undefined
  }
}

/** What became of the money, and when it is looked at once more: a reorganisation may undo it. */
async function readBack({ gateway, credit }: Work, sent: readonly Session[]): Promise<void> {
  for (const session of sent) {
    await refresh(gateway, credit, session)
    delete session.sent
    session.recheckAt = 'next'
    if (unsettled(session) === 0n) delete session.unsettledSince
    else session.unsettledSince = gateway.clock()
  }
}

function batches(sessions: readonly Session[]): Session[][] {
  const count = Math.ceil(sessions.length / MAX_ITEMS)
  return Array.from({ length: count }, (_, index) => sessions.slice(index * MAX_ITEMS, (index + 1) * MAX_ITEMS))
}

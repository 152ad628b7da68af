// Turns receipts into money: by value, by age, on a stop, when the deposit is nearly used up, and at the end.
// Idempotent: the chain skips what it has, and what was sent is read back from the chain.
import type { ReleaseItem, SettleItem } from '@x4pn/contracts'
import { refresh } from '../chain/watcher.ts'
import type { Gateway } from '../gateway.ts'
import { repeat } from '../repeat.ts'
import type { CreditWriter } from '../sessions/credit.ts'
import { claimed, type Session, unsettled } from '../sessions/session.ts'

const CHECK_INTERVAL = 1_000
/** Items in one transaction: about 3.4 million gas. */
const MAX_ITEMS = 250
/** "Nearly used up": the claim has reached this part of the deposit, in percent. */
const NEARLY_USED = 90n

export function startSettler(gateway: Gateway, credit: CreditWriter): { stop: () => Promise<void> } {
  const { sessions, log, config, clock } = gateway
  const round = async () => {
    const all = [...sessions.all()]
    await release(gateway, credit, all.filter(({ left }) => left).slice(0, MAX_ITEMS))
    await settle(gateway, credit, all.filter((session) => isDue(session, config.settle, clock())).slice(0, MAX_ITEMS))
  }
  const failed = (error: unknown) => log.warn({ error: String(error) }, 'settling failed; it is tried again')
  const rounds = repeat(round, CHECK_INTERVAL, failed)
  return {
    stop: async () => {
      await rounds.stop()
      const all = [...sessions.all()]
      await release(
        gateway,
        credit,
        all.filter(({ left }) => left),
      ).catch(failed)
      await settle(
        gateway,
        credit,
        all.filter((session) => !session.left && unsettled(session) > 0n),
      ).catch(failed)
    },
  }
}

/** @param now Unix milliseconds. */
export function isDue(session: Session, policy: { value: bigint; ageSeconds: number }, now: number): boolean {
  const waiting = unsettled(session)
  if (waiting === 0n || session.left) return false
  const age = now - (session.unsettledSince ?? now)
  const nearlyUsed = claimed(session) * 100n >= session.chain.deposit * NEARLY_USED
  return waiting >= policy.value || age >= policy.ageSeconds * 1000 || session.chain.stoppedAt !== 0 || nearlyUsed
}

async function settle(gateway: Gateway, credit: CreditWriter, due: readonly Session[]): Promise<void> {
  const items: SettleItem[] = due.flatMap(({ best }) => best ?? [])
  if (items.length === 0) return
  const sent = gateway.chain.settle(items)
  for (const session of due) session.settling = sent
  const hash = await sent.finally(() => {
    for (const session of due) delete session.settling
  })
  for (const session of due) {
    await refresh(gateway, credit, session)
    if (unsettled(session) === 0n) delete session.unsettledSince
    else session.unsettledSince = gateway.clock()
  }
  gateway.log.info({ hash, streams: items.length }, 'settled')
}

async function release(gateway: Gateway, credit: CreditWriter, leaving: readonly Session[]): Promise<void> {
  if (leaving.length === 0) return
  // Somebody may have closed one meanwhile, by our signed release: one that is gone would fail the others.
  for (const session of leaving) await refresh(gateway, credit, session)
  const open = leaving.filter(({ stream }) => gateway.sessions.get(stream))
  if (open.length === 0) return
  const items: ReleaseItem[] = open.map(({ user, sessionKey, left }) =>
    left?.receipt ? { user, sessionKey, receipt: left.receipt } : { user, sessionKey },
  )
  const hash = await gateway.chain.release(items)
  for (const session of open) await refresh(gateway, credit, session)
  gateway.log.info({ hash, streams: items.length }, 'released')
}

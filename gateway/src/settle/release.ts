// Gives back the rest of the deposits of those who left, and takes what the node said that it will claim.
import type { ReleaseItem } from '@x4pn/contracts'
import { refresh } from '../chain/refresh.ts'
import { StillPendingError } from '../chain/send-errors.ts'
import type { Gateway } from '../gateway.ts'
import { claimInTheEnd, isLease } from '../sessions/pass.ts'
import type { Session } from '../sessions/session.ts'
import { REST_OF_STREAM } from './due.ts'
import { reportNoCoins } from './no-coins.ts'
import { readEach } from './read-each.ts'
import type { Work } from './settler.ts'

export async function release(work: Work, leaving: readonly Session[]): Promise<void> {
  const { gateway, credit } = work
  const { chain, sessions, clock, log, config, metrics } = gateway
  const isHere = (session: Session) => sessions.get(session.stream) === session && !session.chain.closed
  // Somebody may have closed one meanwhile, by our signed release.
  const open = (await readEach(work, leaving)).filter(isHere)
  const flat = open.filter(({ left }) => !left?.receipt || !isLease(left.receipt))
  const items: ReleaseItem[] = flat.map(({ user, sessionKey, left }) =>
    left?.receipt ? { user, sessionKey, receipt: left.receipt } : { user, sessionKey },
  )
  if (items.length > 0) {
    const hash = await chain.release(items, config.gas.price)
    metrics.transactions.inc({ kind: 'release', outcome: 'mined' })
    log.info({ hash, streams: items.length }, 'released')
  }
  for (const session of open) {
    // One that the chain refuses, or cannot be read, must not stand before all that is due after it.
    session.settleNotBefore = clock() + REST_OF_STREAM
    if (!flat.includes(session)) await closeLease(gateway, session)
    await refresh(gateway, credit, session)
    if (isHere(session)) log.error({ stream: session.stream }, 'the chain did not release a stream')
  }
}

/** A release of a lease would be paid until the second of its block: the node's word was given before. */
async function closeLease(gateway: Gateway, session: Session): Promise<void> {
  const { chain, statements, config, metrics, log } = gateway
  const { left, sessionKey, stream } = session
  if (!left?.receipt) return
  const { receipt } = left
  // A stop that was read only after the word was given ends the lease: the contract refuses a claim of more than it proves.
  const proven = claimInTheEnd(receipt, session)
  const maxClaim = session.chain.stoppedAt !== 0 && proven < left.maxClaim ? proven : left.maxClaim
  const { deadline, signature } = await statements.release(session, maxClaim)
  const close = { receipt, sessionKey, maxClaim, deadline, signature }
  try {
    const hash = await chain.closeCooperative(close, config.gas.price)
    metrics.transactions.inc({ kind: 'closeCooperative', outcome: 'mined' })
    log.info({ hash, stream }, 'released')
  } catch (error) {
    if (error instanceof StillPendingError) throw error
    log.error({ stream, error: String(error) }, 'a pass was not released; it is tried again')
    reportNoCoins(gateway, error)
  }
}

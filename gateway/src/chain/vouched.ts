// Sessions that a smart account vouched for (ERC-1271) are asked about again: an owner may have been revoked meanwhile.
// Sign-ins by session key need no asking: the chain ties that key to the stream.
import { isRecent } from '../clock.ts'
import type { Gateway } from '../gateway.ts'
import type { CreditWriter } from '../sessions/credit.ts'
import type { Session } from '../sessions/session.ts'

/** Milliseconds. */
const INTERVAL = 60_000

export async function recheckVouched(gateway: Gateway, credit: CreditWriter): Promise<void> {
  for (const session of [...gateway.sessions.all()]) {
    const { vouched, stream } = session
    if (!vouched || isRecent(vouched.askedAt, INTERVAL, gateway.clock())) continue
    // One account that cannot be asked keeps nobody else from being looked at.
    await ask(gateway, credit, session).catch((error: unknown) => {
      gateway.log.warn({ stream, error: String(error) }, 'an account could not be asked again')
      vouched.askedAt = gateway.clock()
    })
  }
}

async function ask(
  { chain, clock, log }: Pick<Gateway, 'chain' | 'clock' | 'log'>,
  credit: CreditWriter,
  session: Session,
): Promise<void> {
  const { vouched, stream, user } = session
  if (!vouched) return
  const holds = await chain.vouches(user, vouched.message, vouched.signature)
  // A sign-in that came meanwhile governs.
  if (session.vouched !== vouched) return
  vouched.askedAt = clock()
  if (holds === !vouched.revoked) return
  vouched.revoked = !holds
  credit.changed(session)
  if (holds) log.info({ stream }, 'the account vouches again')
  else log.warn({ stream }, 'the account does not vouch any more: cut')
}

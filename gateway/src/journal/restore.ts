// From the journal's messages back to sessions. What still counts of each stream passes the checks it passed before,
// with freshness judged by when it was first accepted; what does not pass is reported, and never stops the gateway.
import { setImmediate } from 'node:timers/promises'
import type { Hash } from 'viem'
import type { Config } from '../config.ts'
import type { NodeKeys } from '../keys.ts'
import { address6Of, isInPool4, parsePool4, parsePool6, pickAddress4 } from '../sessions/addresses.ts'
import { isLease, newPass } from '../sessions/pass.ts'
import { streamOfReceipt } from '../sessions/receipt-stream.ts'
import type { Session } from '../sessions/session.ts'
import { SessionStore } from '../sessions/store.ts'
import { checkSignIn } from '../sign-in/check-sign-in.ts'
import { Statements } from '../statements.ts'
import { Fold, type StreamRecords } from './fold.ts'
import type { CountersRecord, JournalRecord, LeaveRecord, ReceiptRecord, SignInRecord } from './records.ts'

const STREAMS_AT_ONCE = 32

type Context = { config: Config; keys: NodeKeys; statements: Statements }

export type Restored = {
  sessions: SessionStore
  /** What is worth keeping of the file. */
  records: JournalRecord[]
  refused: { record: JournalRecord; reason: string }[]
}

export async function restore(
  records: Iterable<JournalRecord>,
  { config, keys }: Omit<Context, 'statements'>,
): Promise<Restored> {
  // Only read with: nothing is signed here.
  const context = { config, keys, statements: new Statements(config, keys, Date.now) }
  const fold = new Fold()
  for (const record of records) fold.add(record)
  const restored: Restored = { sessions: new SessionStore(), records: [], refused: [] }
  // The latest sign-ins come first: what an older one also claims belongs to them.
  const streams = [...fold.streams()].sort(([, a], [, b]) => (b.signIn?.acceptedAt ?? 0) - (a.signIn?.acceptedAt ?? 0))
  let count = 0
  for (const [stream, kept] of streams) {
    await restoreStream(stream, kept, context, restored)
    // The tunnel is made ready meanwhile: its commands are heard in between.
    if (++count % STREAMS_AT_ONCE === 0) await setImmediate()
  }
  return restored
}

async function restoreStream(stream: Hash, kept: StreamRecords, context: Context, restored: Restored): Promise<void> {
  const { sessions, records, refused } = restored
  const { signIn, receipt, counters, leave } = kept
  /** Keeps a record if it passes. */
  const pass = async <R extends JournalRecord>(record: R | undefined, check: (record: R) => Promise<R>) => {
    if (!record) return
    try {
      records.push(await check(record))
    } catch (error) {
      refused.push({ record, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  await pass(signIn, async (record) => {
    const session = await toSession(record, context, sessions)
    sessions.add(session)
    return { ...record, address4: session.address4 }
  })
  const session = sessions.get(stream)
  const needed = (): Session => {
    if (!session) throw new Error(`there is no sign-in for ${stream}`)
    return session
  }
  await pass(receipt, (record) => takeReceipt(record, context, needed()))
  await pass(counters, (record) => takeCounters(record, context, needed()))
  await pass(leave, (record) => takeLeave(record, context, needed()))
}

async function toSession(record: SignInRecord, context: Context, sessions: SessionStore): Promise<Session> {
  const { config } = context
  const signIn = await checkSignIn({ ...record, action: 'join' }, { ...context, now: record.acceptedAt })
  requireStream(record, signIn.stream)
  if (sessions.byWireguardKey(record.wireguardKey)) throw new Error('a later sign-in has its WireGuard key')
  const pool4 = parsePool4(config.pool4)
  const taken = (address: string) => sessions.hasAddress4(address)
  // Another one than before where the pool was changed; the client learns it when it joins again.
  const keeps = isInPool4(record.address4, pool4) && !taken(record.address4)
  const address4 = keeps ? record.address4 : pickAddress4(record.stream, pool4, taken)
  if (address4 === undefined) throw new Error('there is no address left for it')
  return {
    stream: record.stream,
    user: record.user,
    sessionKey: record.sessionKey,
    terms: {
      pricePerGiB: record.pricePerGiB,
      allowance: record.allowance,
      passRate: record.passRate,
      decimals: record.decimals,
    },
    address4,
    address6: address6Of(address4, parsePool6(config.pool6)),
    wireguardKey: record.wireguardKey,
    signedInAt: signIn.issuedAt,
    chain: {
      deposit: record.deposit,
      settled: record.settled,
      stoppedAt: 0,
      closed: false,
      // As it was served when it joined; the first reading of the chain says more.
      servable: record.deposit,
    },
    ...(signIn.proven
      ? {}
      : { vouched: { message: record.message, signature: record.signature, askedAt: 0, revoked: false } }),
    usedBytes: record.usedBytes,
    lastHandshake: 0,
  }
}

async function takeReceipt(record: ReceiptRecord, context: Context, session: Session): Promise<ReceiptRecord> {
  const node = context.keys.account.address
  const receipt = { ...record.receipt, user: session.user, node }
  requireStream(record, streamOfReceipt(context.config, receipt))
  session.usedBytes = max(session.usedBytes, record.usedBytes)
  session.best = receipt
  const deposit = max(session.chain.deposit, typeof record.deposit === 'bigint' ? record.deposit : 0n)
  session.chain = { ...session.chain, deposit, servable: max(session.chain.servable, deposit) }
  if (isLease(receipt)) session.pass = newPass(Math.floor(record.acceptedAt / 1000))
  session.unsettledSince = record.acceptedAt
  return record
}

async function takeCounters(
  record: CountersRecord,
  { statements }: Context,
  session: Session,
): Promise<CountersRecord> {
  if (!statements.isOwn(record.counters)) throw new Error('the counters are not signed by this node')
  session.usedBytes = max(session.usedBytes, BigInt(record.counters.usedBytes))
  return record
}

async function takeLeave(record: LeaveRecord, context: Context, session: Session): Promise<LeaveRecord> {
  const { stream } = await checkSignIn({ ...record, action: 'leave' }, { ...context, now: record.acceptedAt })
  requireStream(record, stream)
  session.left = { maxClaim: record.maxClaim, receipt: record.receipt }
  return record
}

function requireStream(record: { stream: Hash }, stream: Hash | undefined): void {
  if (record.stream !== stream) throw new Error(`it is filed under ${record.stream} and is not of that stream`)
}

const max = (a: bigint, b: bigint) => (a > b ? a : b)

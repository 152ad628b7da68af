// From the journal's records back to sessions. Whoever wrote a line is known by its code, so no signature is checked once
// more: see lines.ts. What does not fit together, or does not fit the configuration, is reported and never stops the gateway.
import type { Address, Hash } from 'viem'
import type { Config } from '../config.ts'
import { streamOf } from '../crypto/addresses.ts'
import type { NodeKeys } from '../keys.ts'
import { address6Of, isInPool4, type Pool4, parsePool4, parsePool6, pickAddress4 } from '../sessions/addresses.ts'
import { isLease, newPass } from '../sessions/pass.ts'
import type { Session } from '../sessions/session.ts'
import { SessionStore } from '../sessions/store.ts'
import { Fold, type StreamRecords } from './fold.ts'
import type { CountersRecord, JournalRecord, LeaveRecord, ReceiptRecord, SignInRecord } from './records.ts'

type Context = { node: Address; pool4: Pool4; pool6: string }

export type Restored = {
  sessions: SessionStore
  /** What is worth keeping of the file. */
  records: JournalRecord[]
  refused: { record: JournalRecord; reason: string }[]
}

export function restore(
  records: Iterable<JournalRecord>,
  { config, keys }: { config: Config; keys: NodeKeys },
): Restored {
  const context = {
    node: keys.account.address,
    pool4: parsePool4(config.pool4),
    pool6: parsePool6(config.pool6),
  }
  const fold = new Fold()
  for (const record of records) fold.add(record)
  const restored: Restored = { sessions: new SessionStore(), records: [], refused: [] }
  // The latest sign-ins come first: what an older one also claims belongs to them.
  const streams = [...fold.streams()].sort(([, a], [, b]) => (b.signIn?.acceptedAt ?? 0) - (a.signIn?.acceptedAt ?? 0))
  for (const [stream, kept] of streams) restoreStream(stream, kept, context, restored)
  return restored
}

function restoreStream(stream: Hash, kept: StreamRecords, context: Context, restored: Restored): void {
  const { sessions, records, refused } = restored
  const { signIn, receipt, counters, leave } = kept
  /** Keeps a record if it passes. */
  const pass = <R extends JournalRecord>(record: R | undefined, take: (record: R) => R) => {
    if (!record) return
    try {
      records.push(take(record))
    } catch (error) {
      refused.push({ record, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  pass(signIn, (record) => {
    const session = toSession(record, context, sessions)
    sessions.add(session)
    return { ...record, address4: session.address4 }
  })
  const session = sessions.get(stream)
  const needed = (): Session => {
    if (!session) throw new Error(`there is no sign-in for ${stream}`)
    return session
  }
  pass(receipt, (record) => takeReceipt(record, context, needed()))
  pass(counters, (record) => takeCounters(record, needed()))
  pass(leave, (record) => takeLeave(record, needed()))
}

function toSession(record: SignInRecord, { node, pool4, pool6 }: Context, sessions: SessionStore): Session {
  const { stream, user, sessionKey, wireguardKey } = record
  if (streamOf(user, node, sessionKey) !== stream) {
    throw new Error(`it is filed under ${stream} and is not of that stream`)
  }
  if (sessions.byWireguardKey(wireguardKey)) throw new Error('a later sign-in has its WireGuard key')
  const taken = (address: string) => sessions.hasAddress4(address)
  // Another one than before where the pool was changed; the client learns it when it joins again.
  const keeps = isInPool4(record.address4, pool4) && !taken(record.address4)
  const address4 = keeps ? record.address4 : pickAddress4(stream, pool4, taken)
  if (address4 === undefined) throw new Error('there is no address left for it')
  return {
    stream,
    user,
    sessionKey,
    terms: {
      pricePerGiB: record.pricePerGiB,
      allowance: record.allowance,
      passRate: record.passRate,
      decimals: record.decimals,
    },
    address4,
    address6: address6Of(address4, pool6),
    wireguardKey,
    signedInAt: record.issuedAt,
    chain: {
      deposit: record.deposit,
      settled: record.settled,
      stoppedAt: 0,
      closed: false,
      // As it was served when it joined; the first reading of the chain says more.
      servable: record.deposit,
    },
    ...(record.proven
      ? {}
      : { vouched: { message: record.message, signature: record.signature, askedAt: 0, revoked: false } }),
    usedBytes: record.usedBytes,
    lastHandshake: 0,
  }
}

function takeReceipt(record: ReceiptRecord, { node }: Context, session: Session): ReceiptRecord {
  const receipt = { ...record.receipt, user: session.user, node }
  session.usedBytes = max(session.usedBytes, record.usedBytes)
  session.best = receipt
  const deposit = max(session.chain.deposit, record.deposit ?? 0n)
  session.chain = { ...session.chain, deposit, servable: max(session.chain.servable, deposit) }
  if (isLease(receipt)) session.pass = newPass(Math.floor(record.acceptedAt / 1000))
  session.unsettledSince = record.acceptedAt
  return record
}

function takeCounters(record: CountersRecord, session: Session): CountersRecord {
  const { usedBytes } = record.counters
  if (!/^\d+$/.test(usedBytes)) throw new Error(`the count is no number: ${usedBytes}`)
  session.usedBytes = max(session.usedBytes, BigInt(usedBytes))
  return record
}

function takeLeave(record: LeaveRecord, session: Session): LeaveRecord {
  session.left = { maxClaim: record.maxClaim, receipt: record.receipt }
  return record
}

const max = (a: bigint, b: bigint) => (a > b ? a : b)

// From the journal's messages back to sessions. Each message passes the checks it passed before, with freshness judged
// by when it was first accepted; what does not pass is skipped and reported, and never stops the gateway.
import { nodeTypes, recoverSessionKey, sessionsDomain, streamId } from '@x4pn/contracts'
import { type Hash, verifyTypedData } from 'viem'
import type { Config } from '../config.ts'
import type { NodeKeys } from '../keys.ts'
import { address6Of, parsePool6 } from '../sessions/addresses.ts'
import { isBetter } from '../sessions/best-claim.ts'
import type { Session } from '../sessions/session.ts'
import { checkSignIn } from '../sign-in/check-sign-in.ts'
import type { CountersRecord, JournalRecord, LeaveRecord, ReceiptRecord, SignInRecord } from './records.ts'

type Context = { config: Config; keys: NodeKeys }

/** The records that still matter for one stream. */
type Kept = { signIn: SignInRecord; receipt?: ReceiptRecord; counters?: CountersRecord; leave?: LeaveRecord }

export type Restored = {
  sessions: Session[]
  /** What is worth keeping of the file. */
  records: JournalRecord[]
  refused: { record: JournalRecord; reason: string }[]
}

export async function restore(records: readonly JournalRecord[], context: Context): Promise<Restored> {
  const sessions = new Map<Hash, Session>()
  const kept = new Map<Hash, Kept>()
  const refused: Restored['refused'] = []
  for (const record of records) {
    try {
      await apply(record, context, sessions, kept)
    } catch (error) {
      refused.push({ record, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  const worth = [...kept.values()].flatMap(({ signIn, receipt, counters, leave }) =>
    [signIn, receipt, counters, leave].filter((record) => record !== undefined),
  )
  return { sessions: [...sessions.values()], records: worth, refused }
}

async function apply(
  record: JournalRecord,
  context: Context,
  sessions: Map<Hash, Session>,
  kept: Map<Hash, Kept>,
): Promise<void> {
  switch (record.type) {
    case 'signIn':
      return applySignIn(record, context, sessions, kept)
    case 'receipt':
      return applyReceipt(record, context, find(sessions, kept, record.stream))
    case 'counters':
      return applyCounters(record, context, find(sessions, kept, record.counters.stream))
    case 'leave': {
      const { stream } = await checkSignIn({ ...record, action: 'leave' }, { ...context, now: record.acceptedAt })
      const { session, keep } = find(sessions, kept, stream)
      session.left = { maxClaim: record.maxClaim, receipt: record.receipt }
      keep.leave = record
      return
    }
    case 'forgotten':
      sessions.delete(record.stream)
      kept.delete(record.stream)
  }
}

async function applySignIn(
  record: SignInRecord,
  context: Context,
  sessions: Map<Hash, Session>,
  kept: Map<Hash, Kept>,
): Promise<void> {
  const signIn = await checkSignIn({ ...record, action: 'join' }, { ...context, now: record.acceptedAt })
  const known = sessions.get(signIn.stream)
  if (known) {
    if (signIn.issuedAt <= known.signedInAt) return
    known.wireguardKey = record.wireguardKey
    known.signedInAt = signIn.issuedAt
    find(sessions, kept, signIn.stream).keep.signIn = record
    return
  }
  sessions.set(signIn.stream, {
    stream: signIn.stream,
    user: record.user,
    sessionKey: record.sessionKey,
    terms: { pricePerGiB: record.pricePerGiB, allowance: record.allowance },
    address4: record.address4,
    address6: address6Of(signIn.stream, parsePool6(context.config.pool6)),
    wireguardKey: record.wireguardKey,
    signedInAt: signIn.issuedAt,
    chain: { deposit: record.deposit, settled: record.settled, stoppedAt: 0, closed: false },
    usedBytes: 0n,
    lastHandshake: 0,
  })
  kept.set(signIn.stream, { signIn: record })
}

async function applyReceipt(record: ReceiptRecord, { config, keys }: Context, found: Found): Promise<void> {
  const { session, keep } = found
  const { user } = session
  const node = keys.account.address
  const receipt = { ...record.receipt, user, node }
  const sessionKey = await recoverSessionKey({ chainId: config.chainId, contract: config.sessions }, receipt)
  if (streamId({ user, node, sessionKey }) !== session.stream) throw new Error('the receipt is of another stream')
  session.usedBytes = max(session.usedBytes, record.usedBytes)
  if (!isBetter(receipt, session.best)) return
  session.best = receipt
  session.unsettledSince ??= record.acceptedAt
  keep.receipt = record
}

async function applyCounters(record: CountersRecord, { config, keys }: Context, found: Found): Promise<void> {
  const { session, keep } = found
  const { signature, usedBytes, owed, ...rest } = record.counters
  const own = await verifyTypedData({
    address: keys.account.address,
    domain: sessionsDomain({ chainId: config.chainId, contract: config.sessions }),
    types: nodeTypes,
    primaryType: 'Counters',
    message: { ...rest, usedBytes: BigInt(usedBytes), owed: BigInt(owed) },
    signature,
  })
  if (!own) throw new Error('the counters are not signed by this node')
  session.usedBytes = max(session.usedBytes, BigInt(usedBytes))
  keep.counters = record
}

type Found = { session: Session; keep: Kept }

function find(sessions: Map<Hash, Session>, kept: Map<Hash, Kept>, stream: Hash): Found {
  const session = sessions.get(stream)
  const keep = kept.get(stream)
  if (!session || !keep) throw new Error(`no sign-in before it for ${stream}`)
  return { session, keep }
}

const max = (a: bigint, b: bigint) => (a > b ? a : b)

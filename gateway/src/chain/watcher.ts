// Follows the chain: what becomes of the streams that are served here, of the node's record, and of what was already
// read when the chain is reorganised. By polling with a cursor; when the chain does not answer, sessions go on within
// what their receipts cover.
import { isRecent } from '../clock.ts'
import type { Gateway } from '../gateway.ts'
import { type Interval, repeat } from '../repeat.ts'
import type { CreditWriter } from '../sessions/credit.ts'
import type { Session } from '../sessions/session.ts'
import { alert } from './alert.ts'
import type { Head } from './endpoint.ts'
import type { ChainEvents } from './events.ts'
import { isGone, refresh } from './refresh.ts'
import { recheckVouched } from './vouched.ts'

/** Providers count each call. Less than a client waits until it presents a receipt again: by then a top-up is known. */
const POLL_INTERVAL = 1_500
/** Milliseconds between two readings of the node's record, beside the events that announce a change. */
const RECORD_INTERVAL = 60_000
/** Streams read at a time: a start with thousands waits for the slowest endpoint, not for all of them in turn. */
const READ_AT_ONCE = 16
/** Blocks asked for at once: what most public endpoints take, and what the meanest of them takes. */
const MAX_RANGE = 1_000n
const MIN_RANGE = 10n
/** Answers in a row after which twice as many are asked for: the failures may have had nothing to do with the range. */
const GROW_AFTER = 10
/** Blocks that are read once more after a reorganisation; deeper ones are not to be expected. */
const REORG_DEPTH = 64n
/** Seconds by which a block may lie in this machine's future. */
const CLOCK_TOLERANCE = 60

export function startWatcher(
  gateway: Gateway,
  credit: CreditWriter,
  interval: Interval = POLL_INTERVAL,
): { stop: () => Promise<void> } {
  const { chain, sessions, log, clock } = gateway
  /** The last block that was read. */
  let cursor: Pick<Head, 'number' | 'hash'> | undefined
  let recordAt = Number.NEGATIVE_INFINITY
  let answering = true
  let clockOff = false
  /** Blocks asked for at once: half as many after each failure, and more again with the answers. */
  let range = MAX_RANGE
  /** What is left to be read then waits for the next start. */
  let stopping = false

  /** Sessions whose streams could not be read: one that endpoints disagree about holds up no other. */
  const unread = new Set<Session>()

  /** Rejects when none of them could be read: then it is the chain that is silent. */
  const refreshAll = async (which: (session: Session) => boolean) => {
    const chosen = [...sessions.all()].filter(which)
    let failures = 0
    let last: unknown
    for (let at = 0; at < chosen.length && !stopping; at += READ_AT_ONCE) {
      await Promise.all(
        chosen.slice(at, at + READ_AT_ONCE).map(async (session) => {
          try {
            await refresh(gateway, credit, session)
            unread.delete(session)
          } catch (error) {
            unread.add(session)
            failures++
            last = error
          }
        }),
      )
    }
    if (failures > 0 && failures === chosen.length) throw last
  }

  const readRecord = async () => {
    const before = gateway.record
    const record = await chain.record()
    recordAt = clock()
    gateway.record = record ?? before
    if (record?.successor && !before?.successor) {
      const { successor } = record
      alert(gateway, 'succeeded', { successor }, 'another key has taken over this node: nobody new is served')
    }
  }

  /** A record that endpoints disagree about keeps nobody's stream from being read: the last one counts meanwhile. */
  const unlessKnown = (error: unknown) => {
    if (!gateway.record) throw error
    recordAt = clock()
    log.warn({ error: String(error) }, "the node's record could not be read; it is tried again in a minute")
  }

  const take = async ({ streams, notices }: ChainEvents) => {
    const touched = new Set(streams)
    await refreshAll(({ stream }) => touched.has(stream)).catch(() => {})
    for (const notice of notices) announce(gateway, notice)
    if (notices.some(({ name }) => name === 'NodeUpdated' || name === 'NodeSucceeded')) {
      await readRecord().catch(unlessKnown)
    }
  }

  const reorganised = async (head: Head): Promise<bigint> => {
    log.warn({ block: head.number.toString() }, 'the chain was reorganised: what was read lately is read again')
    chain.forgetNonces()
    await refreshAll(({ recheckAt }) => recheckAt !== undefined)
    const from = (cursor && cursor.number < head.number ? cursor.number : head.number) - REORG_DEPTH
    return from > 0n ? from : 0n
  }

  /** Up to the new head: from the cursor on, or from further back where the chain is another than it was. */
  const follow = async (head: Head, last: Pick<Head, 'number' | 'hash'>) => {
    const next = head.number === last.number + 1n && head.parentHash === last.hash
    const same = next || (head.number > last.number && (await chain.blockHash(last.number)) === last.hash)
    let answers = 0
    let from = same ? last.number + 1n : await reorganised(head)
    while (from <= head.number && !stopping) {
      const to = from + range - 1n < head.number ? from + range - 1n : head.number
      // Asked for before its logs: of a chain that changes in between, the next look knows it.
      const hash = to === head.number ? head.hash : await chain.blockHash(to)
      const events = await chain.events(from, to).catch((error: unknown) => {
        range = range / 2n > MIN_RANGE ? range / 2n : MIN_RANGE
        throw error
      })
      if (++answers % GROW_AFTER === 0) range = range * 2n < MAX_RANGE ? range * 2n : MAX_RANGE
      await take(events)
      if (hash) cursor = { number: to, hash }
      from = to + 1n
    }
    range = MAX_RANGE
  }

  const checkClock = ({ timestamp }: Head) => {
    const ahead = timestamp - clock() / 1000
    const off = ahead > CLOCK_TOLERANCE
    if (off && !clockOff) {
      const seconds = Math.round(ahead)
      alert(
        gateway,
        'clock',
        { seconds },
        "this machine's clock is behind the chain's: set it (NTP), or joins are refused",
      )
    }
    clockOff = off
  }

  const poll = async () => {
    const head = await chain.head()
    if (!isRecent(recordAt, RECORD_INTERVAL, clock()) || !gateway.record) await readRecord().catch(unlessKnown)
    if (!cursor) {
      checkClock(head)
      await refreshAll(() => true)
      cursor = head
    } else if (head.hash !== cursor.hash) {
      checkClock(head)
      await follow(head, cursor)
    }
    if (stopping) return
    gateway.health.chainReadAt = gateway.clock()
    gateway.caughtUp = true
    for (const session of unread) if (sessions.get(session.stream) !== session) unread.delete(session)
    await refreshAll((session) => isGone(session) || session.chain.closed || unread.has(session)).catch(
      (error: unknown) => log.warn({ error: String(error) }, 'streams could not be read; it is tried again'),
    )
    await recheck(head.number)
    await recheckVouched(gateway, credit)
    if (!answering) log.info('the chain answers again')
    answering = true
  }

  /** Once more when no reorganisation is to be expected any more: then all of a deposit counts. */
  const recheck = async (head: bigint) => {
    const due = new Set<Session>()
    for (const session of sessions.all()) {
      if (session.recheckAt === 'next') session.recheckAt = head + BigInt(gateway.config.confirmations)
      else if (session.recheckAt !== undefined && session.recheckAt <= head) {
        delete session.recheckAt
        due.add(session)
      }
    }
    // What could not be read is unread, and read again at the next look.
    await refreshAll((session) => due.has(session)).catch(() => {})
  }

  const polls = repeat(poll, interval, (error) => {
    if (answering) log.warn({ error: String(error) }, 'the chain does not answer; sessions go on within their receipts')
    answering = false
  })
  return {
    stop: () => {
      stopping = true
      return polls.stop()
    },
  }
}

function announce(gateway: Gateway, { name, args }: ChainEvents['notices'][number]): void {
  const told = Object.fromEntries(Object.entries(args).filter(([, value]) => typeof value !== 'object'))
  const details = Object.fromEntries(Object.entries(told).map(([key, value]) => [key, String(value)]))
  if (name === 'SlashCaseOpened') alert(gateway, 'slash-case', details, 'a slashing case was opened: object in time')
  if (name === 'Slashed') alert(gateway, 'slashed', details, 'the bond was slashed')
  if (name === 'InflowsPaused') alert(gateway, 'inflows-paused', details, 'no stream can be opened or topped up')
  if (name === 'InflowsUnpaused') gateway.log.info('streams can be opened and topped up again')
  if (name === 'NodeUpdated') gateway.log.info('the registry has new terms for this node: they are for new sessions')
}

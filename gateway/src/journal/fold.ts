// What of the journal still counts: of each stream the latest sign-in, the best receipt, the last count, the leaving.
// The order of the lines decides nothing but what comes before and after a `forgotten`.
import type { Hash } from 'viem'
import type { CountersRecord, JournalRecord, LeaveRecord, ReceiptRecord, SignInRecord } from './records.ts'

export type StreamRecords = {
  signIn?: SignInRecord
  receipt?: ReceiptRecord
  counters?: CountersRecord
  leave?: LeaveRecord
}

export class Fold {
  readonly #streams = new Map<Hash, StreamRecords>()

  add(record: JournalRecord): void {
    if (record.type === 'forgotten') {
      this.#streams.delete(record.stream)
      return
    }
    const stream = record.type === 'counters' ? record.counters.stream : record.stream
    const kept = this.#streams.get(stream) ?? {}
    this.#streams.set(stream, kept)
    switch (record.type) {
      case 'signIn':
        if (!kept.signIn || record.issuedAt > kept.signIn.issuedAt) kept.signIn = record
        break
      case 'receipt':
        kept.receipt = betterOf(record, kept.receipt)
        break
      case 'counters':
        if (!kept.counters || bytesOf(record) >= bytesOf(kept.counters)) {
          kept.counters = record
        }
        break
      case 'leave':
        // The first word is the one that was given.
        kept.leave ??= record
    }
  }

  /** By stream; each has at least one record. */
  streams(): IterableIterator<[Hash, StreamRecords]> {
    return this.#streams.entries()
  }

  *records(): Generator<JournalRecord> {
    for (const { signIn, receipt, counters, leave } of this.#streams.values()) {
      // Without a sign-in nothing else of a stream can be restored: it came late, after the stream was forgotten.
      if (!signIn) continue
      yield signIn
      if (receipt) yield receipt
      if (counters) yield counters
      if (leave) yield leave
    }
  }
}

/** Nothing for a count that is no number: `restore` refuses it. */
const bytesOf = ({ counters: { usedBytes } }: CountersRecord): bigint =>
  /^\d+$/.test(usedBytes) ? BigInt(usedBytes) : -1n

/** The higher claim, and the higher count: a lower receipt can be written after a higher one. */
function betterOf(record: ReceiptRecord, kept: ReceiptRecord | undefined): ReceiptRecord {
  if (!kept) return record
  // Of two leases with the same end the later one claims more before it, or it would not have been taken.
  const later = record.finalClaim !== undefined && record.acceptedAt >= kept.acceptedAt
  const gain = worth(record) - worth(kept)
  const better = gain > 0n || (gain === 0n && later) ? record : kept
  const usedBytes = record.usedBytes > kept.usedBytes ? record.usedBytes : kept.usedBytes
  return better.usedBytes === usedBytes ? better : { ...better, usedBytes }
}

const worth = ({ receipt, finalClaim }: ReceiptRecord): bigint => finalClaim ?? receipt.cumulative

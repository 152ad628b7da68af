// The append-only file. A record is on disk before `append` resolves; records that arrive together share one sync. When
// it has grown it is written anew with what still counts.
import type { KeyObject } from 'node:crypto'
import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { ApiError } from '../api-error.ts'
import { disk, type Files, type JournalFile } from './files.ts'
import { Fold } from './fold.ts'
import { decodeRecord, encodeRecord } from './lines.ts'
import type { JournalRecord } from './records.ts'

type Waiting = { record: JournalRecord; line: string; done: () => void; failed: (error: unknown) => void }
type Opened = {
  file: JournalFile
  bytes: number
  /** Its name survives a power cut, too. */
  named: boolean
}

/** Bytes below which a journal is never written anew. */
const COMPACT_FROM = 16 * 2 ** 20
/** Less than a millisecond's. Others are heard in between: the tunnel's commands at a start, clients later. */
const LINES_AT_ONCE = 64
/** It is written anew when it is this many times as large as after the last time. */
const GROWTH = 4

export class Journal {
  readonly #path: string
  readonly #key: KeyObject
  readonly #fold: Fold
  readonly #compactFrom: number
  readonly #files: Files
  #opened: Opened
  #limit: number
  #waiting: Waiting[] = []
  #flushing: Promise<void> | undefined

  private constructor(
    path: string,
    key: KeyObject,
    { fold, opened, compactFrom, files }: { fold: Fold; opened: Opened; compactFrom: number; files: Files },
  ) {
    this.#path = path
    this.#key = key
    this.#files = files
    this.#fold = fold
    this.#opened = opened
    this.#compactFrom = compactFrom
    this.#limit = this.#nextLimit()
  }

  /** Reads what is there; a line that is torn, corrupt or not of this key is skipped and its number returned. */
  static async read(
    path: string,
    key: KeyObject,
    files: Files = disk,
  ): Promise<{ records: JournalRecord[]; badLines: number[] }> {
    const text = (await files.read(path)) ?? ''
    const records: JournalRecord[] = []
    const badLines: number[] = []
    for (const [index, line] of text.split('\n').entries()) {
      if (index % LINES_AT_ONCE === 0) await setImmediate()
      if (line === '') continue
      const record = decodeRecord(line, key)
      if (record) records.push(record)
      else badLines.push(index + 1)
    }
    return { records, badLines }
  }

  /** Replaces the file by `records`, atomically, and opens it for appending. Where there is no room for it, goes on in the old one. */
  static async create(
    path: string,
    key: KeyObject,
    records: Iterable<JournalRecord>,
    { compactFrom = COMPACT_FROM, files = disk }: { compactFrom?: number; files?: Files } = {},
  ): Promise<Journal> {
    const fold = new Fold()
    for (const record of records) fold.add(record)
    const opened = await replaceFile(files, path, key, fold).catch(async (error: unknown) => {
      // All that counts is in the old file. Without one there is nothing to go on from.
      const file = await files.open(path).catch(() => {
        throw error
      })
      return { file, bytes: file.size, named: false }
    })
    return new Journal(path, key, { fold, opened, compactFrom, files })
  }

  /** Resolves when the record is on disk. Rejects with JOURNAL_UNAVAILABLE: then nothing may be acknowledged. */
  append(record: JournalRecord): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ record, line: encodeRecord(record, this.#key), done, failed })
      this.#flushing ??= this.#flush()
    })
  }

  async close(): Promise<void> {
    await this.#flushing
    await this.#opened.file.close()
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#write(batch.map(({ line }) => line).join(''))
        for (const { record, done } of batch) {
          this.#fold.add(record)
          done()
        }
      } catch (cause) {
        const error = new ApiError('JOURNAL_UNAVAILABLE', `cannot write ${this.#path}`, { cause })
        for (const { failed } of batch) failed(error)
      }
      if (this.#opened.bytes >= this.#limit) await this.#compact()
    }
    this.#flushing = undefined
  }

  async #write(lines: string): Promise<void> {
    const { file } = this.#opened
    // A leading newline ends a line that an earlier, failed write may have torn.
    await file.append(`\n${lines}`)
    await file.sync()
    if (!this.#opened.named) {
      await this.#files.syncFolder(dirname(this.#path))
      this.#opened.named = true
    }
    this.#opened.bytes += lines.length + 1
    // Whoever deleted or replaced the file, what is written to the old one is lost with this process.
    if ((await this.#files.inode(this.#path)) !== file.inode) throw new Error('the file was replaced')
  }

  async #compact(): Promise<void> {
    const { file } = this.#opened
    try {
      this.#opened = await replaceFile(this.#files, this.#path, this.#key, this.#fold)
      await file.close()
    } catch {
      // Everything is still in the old file; it is tried again when that has grown on.
    }
    this.#limit = this.#nextLimit()
  }

  #nextLimit = () => Math.max(this.#compactFrom, GROWTH * this.#opened.bytes)
}

async function replaceFile(files: Files, path: string, key: KeyObject, fold: Fold): Promise<Opened> {
  const next = `${path}.next`
  const file = await files.create(next)
  try {
    const text = await textOf(fold, key)
    await file.append(text)
    await file.sync()
    await files.rename(next, path)
    // The rename itself must survive a power cut: else it is tried again before anything is acknowledged.
    const named = await files.syncFolder(dirname(path)).then(
      () => true,
      () => false,
    )
    return { file, bytes: Buffer.byteLength(text), named }
  } catch (error) {
    await file.close()
    // Emptied: on a full disk what is half written would keep the room that the old file needs.
    await files.create(next).then(
      (empty) => empty.close(),
      () => {},
    )
    throw error
  }
}

async function textOf(fold: Fold, key: KeyObject): Promise<string> {
  const lines: string[] = []
  for (const record of fold.records()) {
    if (lines.length % LINES_AT_ONCE === 0) await setImmediate()
    lines.push(encodeRecord(record, key))
  }
  return lines.join('')
}

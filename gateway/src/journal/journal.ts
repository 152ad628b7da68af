// The append-only file. A record is on disk before `append` resolves; records that arrive together share one sync. When
// it has grown it is written anew with what still counts.
import { type FileHandle, open, readFile, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ApiError } from '../api-error.ts'
import { Fold } from './fold.ts'
import { decodeRecord, encodeRecord, type JournalRecord } from './records.ts'

type Waiting = { record: JournalRecord; line: string; done: () => void; failed: (error: unknown) => void }
type Opened = { file: FileHandle; bytes: number; inode: number }

/** Bytes below which a journal is never written anew. */
const COMPACT_FROM = 16 * 2 ** 20
/** It is written anew when it is this many times as large as after the last time. */
const GROWTH = 4

export class Journal {
  readonly #path: string
  readonly #fold: Fold
  readonly #compactFrom: number
  #opened: Opened
  #limit: number
  #waiting: Waiting[] = []
  #flushing: Promise<void> | undefined

  private constructor(path: string, fold: Fold, opened: Opened, compactFrom: number) {
    this.#path = path
    this.#fold = fold
    this.#opened = opened
    this.#compactFrom = compactFrom
    this.#limit = this.#nextLimit()
  }

  /** Reads what is there; a torn or corrupt line is skipped and its number returned. */
  static async read(path: string): Promise<{ records: JournalRecord[]; badLines: number[] }> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    const records: JournalRecord[] = []
    const badLines: number[] = []
    for (const [index, line] of text.split('\n').entries()) {
      if (line === '') continue
      const record = decodeRecord(line)
      if (record) records.push(record)
      else badLines.push(index + 1)
    }
    return { records, badLines }
  }

  /** Replaces the file by `records`, atomically, and opens it for appending. */
  static async create(path: string, records: Iterable<JournalRecord>, compactFrom = COMPACT_FROM): Promise<Journal> {
    const fold = new Fold()
    for (const record of records) fold.add(record)
    return new Journal(path, fold, await replaceFile(path, fold), compactFrom)
  }

  /** Resolves when the record is on disk. Rejects with JOURNAL_UNAVAILABLE: then nothing may be acknowledged. */
  append(record: JournalRecord): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ record, line: encodeRecord(record), done, failed })
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
    const { file, inode } = this.#opened
    // A leading newline ends a line that an earlier, failed write may have torn.
    await file.appendFile(`\n${lines}`)
    await file.datasync()
    this.#opened.bytes += lines.length + 1
    // Whoever deleted or replaced the file, what is written to the old one is lost with this process.
    if ((await stat(this.#path)).ino !== inode) throw new Error('the file was replaced')
  }

  async #compact(): Promise<void> {
    const { file } = this.#opened
    try {
      this.#opened = await replaceFile(this.#path, this.#fold)
      await file.close()
    } catch {
      // Everything is still in the old file; it is tried again when that has grown on.
    }
    this.#limit = this.#nextLimit()
  }

  #nextLimit = () => Math.max(this.#compactFrom, GROWTH * this.#opened.bytes)
}

async function replaceFile(path: string, fold: Fold): Promise<Opened> {
  const next = `${path}.next`
  const file = await open(next, 'w', 0o600)
  try {
    await file.writeFile([...fold.records()].map(encodeRecord).join(''))
    await file.sync()
    await rename(next, path)
    // The rename itself must survive a power cut.
    const folder = await open(dirname(path), 'r')
    await folder.sync()
    await folder.close()
    const { size, ino } = await file.stat()
    return { file, bytes: size, inode: ino }
  } catch (error) {
    await file.close()
    throw error
  }
}

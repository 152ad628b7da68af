// The append-only file. A record is on disk before `append` resolves; records that arrive together share one sync.
import { type FileHandle, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ApiError } from '../api-error.ts'
import { decodeRecord, encodeRecord, type JournalRecord } from './records.ts'

type Waiting = { line: string; done: () => void; failed: (error: unknown) => void }

export class Journal {
  readonly #path: string
  readonly #file: FileHandle
  #waiting: Waiting[] = []
  #flushing: Promise<void> | undefined

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
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

  /** Replaces the file by `records` (compaction), atomically, and opens it for appending. */
  static async create(path: string, records: readonly JournalRecord[]): Promise<Journal> {
    const next = `${path}.next`
    const file = await open(next, 'w', 0o600)
    await file.writeFile(records.map(encodeRecord).join(''))
    await file.sync()
    await rename(next, path)
    // The rename itself must survive a power cut.
    const folder = await open(dirname(path), 'r')
    await folder.sync()
    await folder.close()
    return new Journal(path, file)
  }

  /** Resolves when the record is on disk. Rejects with JOURNAL_UNAVAILABLE: then nothing may be acknowledged. */
  append(record: JournalRecord): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ line: encodeRecord(record), done, failed })
      this.#flushing ??= this.#flush()
    })
  }

  async close(): Promise<void> {
    await this.#flushing
    await this.#file.close()
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        // A leading newline ends a line that an earlier, failed write may have torn.
        await this.#file.appendFile(`\n${batch.map(({ line }) => line).join('')}`)
        await this.#file.datasync()
        for (const { done } of batch) done()
      } catch (cause) {
        const error = new ApiError('JOURNAL_UNAVAILABLE', `cannot write ${this.#path}`, { cause })
        for (const { failed } of batch) failed(error)
      }
    }
    this.#flushing = undefined
  }
}

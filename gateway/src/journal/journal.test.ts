// The file: what is written comes back, damage stays where it is, and nothing is acknowledged that is not on disk.
import { execFileSync } from 'node:child_process'
import { createSecretKey } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { appendFile, mkdtemp, open, rename, rm, rmdir, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { anyRecord, anySignIn } from '../testing/any-record.ts'
import { disk as files } from './files.ts'
import { Journal } from './journal.ts'
import { encodeRecord } from './lines.ts'
import type { JournalRecord, ReceiptRecord } from './records.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'x4pn-journal-'))
})
afterAll(() => rm(folder, { recursive: true }))

const key = createSecretKey(new Uint8Array(32).fill(1))
const receiptOf = (stream: `0x${string}`, cumulative: bigint): ReceiptRecord => ({
  type: 'receipt',
  stream,
  receipt: {
    user: '0x52908400098527886E0F7030069857D2E4169EE7',
    node: '0x52908400098527886E0F7030069857D2E4169EE7',
    cumulative,
    rate: 0n,
    start: 0,
    until: 0,
    signature: `0x${'ab'.repeat(64)}`,
  },
  usedBytes: 0n,
  acceptedAt: 1,
})
const A = `0x${'aa'.repeat(32)}` as const

describe('the file', () => {
  test('what was appended is read back, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRecord, { maxLength: 20 }), async (records) => {
        const path = join(folder, 'round-trip.jsonl')
        const journal = await Journal.create(path, key, [])
        await Promise.all(records.map((one) => journal.append(one)))
        await journal.close()
        expect(await Journal.read(path, key)).toEqual({ records, badLines: [] })
      }),
      { numRuns: 30 },
    )
  })

  test('none yet: nothing to read', async () => {
    expect(await Journal.read(join(folder, 'none.jsonl'), key)).toEqual({ records: [], badLines: [] })
  })

  test('a torn last line is skipped, and what comes after it is read', async () => {
    const path = join(folder, 'torn.jsonl')
    const journal = await Journal.create(path, key, [])
    await journal.append(receiptOf(A, 1n))
    await journal.append(receiptOf(A, 2n))
    await truncate(path, (await stat(path)).size - 5)
    expect(await Journal.read(path, key)).toMatchObject({ records: [receiptOf(A, 1n)], badLines: [4] })
    const handle = await open(path, 'a')
    await handle.write(`\n${encodeRecord(receiptOf(A, 3n), key)}`)
    await handle.close()
    expect((await Journal.read(path, key)).records).toEqual([receiptOf(A, 1n), receiptOf(A, 3n)])
    await journal.close()
  })

  test('only its owner may read it', async () => {
    const path = join(folder, 'mode.jsonl')
    await (await Journal.create(path, key, [])).close()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  test('records that arrive together share one sync', async () => {
    const path = join(folder, 'group.jsonl')
    const journal = await Journal.create(path, key, [])
    const sync = await spyOnSync(path)
    await Promise.all(Array.from({ length: 51 }, (_, index) => journal.append(receiptOf(A, BigInt(index)))))
    // The first goes alone, and the others while it is on its way.
    expect(sync).toHaveBeenCalledTimes(2)
    sync.mockRestore()
    await journal.close()
  })
})

/** Watches every sync of a file's data. */
async function spyOnSync(path: string) {
  const handle = await open(path)
  const spy = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync')
  await handle.close()
  return spy
}

describe('nothing is acknowledged that is not on disk', () => {
  test('a sync that fails', async () => {
    const path = join(folder, 'sync.jsonl')
    const journal = await Journal.create(path, key, [])
    const sync = await spyOnSync(path)
    sync.mockRejectedValueOnce(new Error('EIO'))
    await expect(journal.append(receiptOf(A, 1n))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' })
    await journal.append(receiptOf(A, 2n))
    sync.mockRestore()
    await journal.close()
  })

  test('the file was taken away, or another lies in its place', async () => {
    const path = join(folder, 'taken.jsonl')
    const journal = await Journal.create(path, key, [])
    await rename(path, `${path}.away`)
    await expect(journal.append(receiptOf(A, 1n))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' })
    await writeFile(path, '')
    await expect(journal.append(receiptOf(A, 2n))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' })
    await rename(`${path}.away`, path)
    await journal.append(receiptOf(A, 3n))
    await journal.close()
  })

  test('the disk is full at a start: it goes on in the file that is there', async ({ skip }) => {
    const disk = mountSmallDisk()
    if (disk === undefined) return skip('this process may not mount a disk')
    try {
      const path = join(disk, 'journal.jsonl')
      const before = await Journal.create(path, key, [])
      for (const signIn of fc.sample(anySignIn, 1)) await before.append({ ...signIn, stream: A })
      for (let cumulative = 1n; cumulative <= 20n; cumulative++) await before.append(receiptOf(A, cumulative))
      await before.close()
      // Filled in one go, the rest of a page would stay free.
      for (let full = false; !full; ) {
        await appendFile(join(disk, 'filler'), Buffer.alloc(256)).catch(() => {
          full = true
        })
      }
      const { records } = await Journal.read(path, key)
      const journal = await Journal.create(path, key, records)
      await rm(join(disk, 'filler'))
      await journal.append(receiptOf(A, 21n))
      await journal.close()
      expect((await Journal.read(path, key)).records).toEqual([...records, receiptOf(A, 21n)])
    } finally {
      execFileSync('/bin/umount', ['--lazy', disk])
      await rmdir(disk)
    }
  })

  test('a rewrite that finds no room leaves what it took to the file that is there', async ({ skip }) => {
    const disk = mountSmallDisk()
    if (disk === undefined) return skip('this process may not mount a disk')
    try {
      const path = join(disk, 'journal.jsonl')
      const streams = Array.from({ length: 20 }, (_, index) => `0x${String(index).padStart(64, '0')}` as const)
      const signIns = fc.sample(anySignIn, streams.length)
      const records = streams.map((stream, index) => ({ ...signIns[index], stream }) as JournalRecord)
      const before = await Journal.create(path, key, [])
      for (const record of records) await before.append(record)
      await before.close()
      // One page of the disk stays free, and the rewrite takes it.
      await appendFile(join(disk, 'room'), Buffer.alloc(4096))
      await appendFile(join(disk, 'filler'), Buffer.alloc(1 << 20)).catch(() => {})
      await rm(join(disk, 'room'))
      const journal = await Journal.create(path, key, records)
      expect((await stat(`${path}.next`)).size).toBe(0)
      for (const stream of streams.slice(0, 6)) await journal.append(receiptOf(stream, 2n))
      await journal.close()
    } finally {
      execFileSync('/bin/umount', ['--lazy', disk])
      await rmdir(disk)
    }
  })

  test('there is no room for a first file', async () => {
    const create = () => Promise.reject(new Error('ENOSPC'))
    const path = join(folder, 'no-room.jsonl')
    await expect(Journal.create(path, key, [], { files: { ...files, create } })).rejects.toThrow('ENOSPC')
  })

  test('its new name cannot be synced: nothing is acknowledged until it can', async () => {
    let fails = true
    const syncFolder = (path: string) => (fails ? Promise.reject(new Error('EIO')) : files.syncFolder(path))
    const path = join(folder, 'name.jsonl')
    const journal = await Journal.create(path, key, [], { files: { ...files, syncFolder } })
    await expect(journal.append(receiptOf(A, 1n))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' })
    fails = false
    await journal.append(receiptOf(A, 2n))
    await journal.close()
    expect((await Journal.read(path, key)).records.at(-1)).toEqual(receiptOf(A, 2n))
  })

  test('the disk is full, and has room again', async ({ skip }) => {
    const disk = mountSmallDisk()
    if (disk === undefined) return skip('this process may not mount a disk')
    try {
      const path = join(disk, 'journal.jsonl')
      const journal = await Journal.create(path, key, [])
      await journal.append(receiptOf(A, 1n))
      await appendFile(join(disk, 'filler'), Buffer.alloc(1 << 20)).catch(() => {})
      const answers = await Promise.allSettled(
        Array.from({ length: 30 }, async (_, index) => {
          await new Promise((next) => setTimeout(next, index))
          await journal.append(receiptOf(A, 2n))
        }),
      )
      expect(answers.some(({ status }) => status === 'rejected')).toBe(true)
      await rm(join(disk, 'filler'))
      await journal.append(receiptOf(A, 3n))
      const { records } = await Journal.read(path, key)
      expect([records[0], records.at(-1)]).toEqual([receiptOf(A, 1n), receiptOf(A, 3n)])
      await journal.close()
    } finally {
      execFileSync('/bin/umount', ['--lazy', disk])
      await rmdir(disk)
    }
  })
})

test('a journal that has grown is written anew with what still counts', async () => {
  const path = join(folder, 'grown.jsonl')
  const signIns = fc.sample(anySignIn, 1).map((one) => ({ ...one, stream: A }))
  const journal = await Journal.create(path, key, signIns, { compactFrom: 20_000 })
  for (let index = 1; index <= 300; index++) await journal.append(receiptOf(A, BigInt(index)))
  expect((await stat(path)).size).toBeLessThan(25_000)
  const { records, badLines } = await Journal.read(path, key)
  expect(badLines).toEqual([])
  expect(records.at(-1)).toEqual(receiptOf(A, 300n))
  expect(records.filter(({ type }) => type === 'signIn')).toHaveLength(1)
  await journal.close()
})

/** A disk of a few pages; undefined where this process may not mount one. */
function mountSmallDisk(): string | undefined {
  try {
    const path = mkdtempSync(join(tmpdir(), 'x4pn-disk-'))
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', path], { stdio: 'ignore' })
    return path
  } catch {
    return undefined
  }
}

// The power fails before each single operation on the file, in turn: whatever was acknowledged until then is on disk.
import { createSecretKey } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgetfulFiles } from '../testing/forgetful-files.ts'
import type { JournalFile } from './files.ts'
import { Fold } from './fold.ts'
import { Journal } from './journal.ts'
import type { ReceiptRecord, SignInRecord } from './records.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'x4pn-power-cut-'))
})
afterAll(() => rm(folder, { recursive: true }))

const key = createSecretKey(new Uint8Array(32).fill(1))
const stream = `0x${'aa'.repeat(32)}` as const
const address = `0x${'bb'.repeat(20)}` as const
const signIn: SignInRecord = {
  type: 'signIn',
  stream,
  issuedAt: 1,
  message: 'a message',
  signature: '0x',
  proven: true,
  user: address,
  sessionKey: address,
  wireguardKey: stream,
  address4: '10.64.0.2',
  pricePerGiB: 1n,
  allowance: 1n,
  passRate: 1n,
  decimals: 6,
  deposit: 10n ** 9n,
  settled: 0n,
  usedBytes: 0n,
  acceptedAt: 1,
}
const receipt = (cumulative: bigint): ReceiptRecord => ({
  type: 'receipt',
  stream,
  receipt: { user: address, node: address, cumulative, rate: 0n, start: 0, until: 0, signature: '0x' },
  usedBytes: 0n,
  acceptedAt: 1,
})

const BURSTS = 8
const IN_A_BURST = 5

/** Joins, pays, starts again and pays on. @returns what was acknowledged, and whether the power failed. */
async function liveUntil(
  path: string,
  cutBefore: number,
): Promise<{ acknowledged: bigint; joined: boolean; cut: boolean }> {
  let operations = 0
  let acknowledged = 0n
  let joined = false
  const dark = Promise.withResolvers<true>()
  const forgetful = forgetfulFiles(async () => {
    if (operations++ < cutBefore) return
    dark.resolve(true)
    await new Promise(() => {})
  })
  const opened: JournalFile[] = []
  const create = async (name: string) => {
    const file = await forgetful.create(name)
    opened.push(file)
    return file
  }
  const files = { ...forgetful, create }
  const life = async (): Promise<false> => {
    for (let run = 0; run < 2; run++) {
      const { records } = await Journal.read(path, key, files)
      // So small that it is written anew in between.
      const journal = await Journal.create(path, key, records, { files, compactFrom: 2_000 })
      if (run === 0) await journal.append(signIn)
      joined = true
      for (let burst = 0; burst < BURSTS; burst++) {
        const first = BigInt((run * BURSTS + burst) * IN_A_BURST)
        const pay = async (cumulative: bigint) => {
          await journal.append(receipt(cumulative))
          if (cumulative > acknowledged) acknowledged = cumulative
        }
        await Promise.all(Array.from({ length: IN_A_BURST }, (_, index) => pay(first + BigInt(index) + 1n)))
      }
      await journal.close()
    }
    return false
  }
  const cut = await Promise.race([dark.promise, life()])
  // What a dead process had open, the system closes.
  for (const file of opened) await file.close()
  return { acknowledged, joined, cut }
}

test('pitfall 29: at every single operation: nothing acknowledged is lost', async () => {
  let cuts = 0
  for (let operation = 0; ; operation++) {
    const path = join(folder, `${operation}.jsonl`)
    const { acknowledged, joined, cut } = await liveUntil(path, operation)
    const fold = new Fold()
    for (const record of (await Journal.read(path, key)).records) fold.add(record)
    const [kept] = [...fold.streams()].map(([, records]) => records)
    if (joined) expect(kept?.signIn, `cut before operation ${operation}`).toEqual(signIn)
    expect(kept?.receipt?.receipt.cumulative ?? 0n, `cut before operation ${operation}`).toBeGreaterThanOrEqual(
      acknowledged,
    )
    if (!cut) break
    cuts++
  }
  // Each run creates, writes, syncs and renames, and is written anew in between.
  expect(cuts).toBeGreaterThan(60)
})

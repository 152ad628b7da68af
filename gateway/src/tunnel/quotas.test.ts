// Credit without a look at the kernel's counters: only where a quota cannot have run out, and set right where it may have
// counted what it dropped.
import { beforeEach, expect, test } from 'vitest'
import { peerAt } from '../testing/peer.ts'
import { Quotas } from './quotas.ts'
import { numberOf } from './ruleset.ts'

const MIB = 2n ** 20n
const peer = peerAt(1, { entitledBytes: 16n * MIB })
const other = peerAt(2, { entitledBytes: 16n * MIB })
const counted = (bytes: bigint, of = peer) => new Map([[numberOf(of), bytes]])
const raised = /^add quota inet x4pn0 s0+1 { over (\d+) bytes }\n$/
const madeAnew = /delete quota inet x4pn0 s0+1\nadd quota inet x4pn0 s0+1 { over (\d+) bytes }/

let quotas: Quotas
beforeEach(() => {
  quotas = new Quotas('x4pn0')
  quotas.put([peer])
})
const limitIn = (script: string, form: RegExp) => BigInt(form.exec(script)?.[1] ?? -1)

test('far from its end it is ample; before the first reading, long after the last one, and near its end it is not', () => {
  expect(quotas.areAmple([peer.stream], 0)).toBe(false)
  quotas.read(counted(MIB), 1_000)
  expect(quotas.areAmple([peer.stream], 1_200)).toBe(true)
  expect(quotas.areAmple([peer.stream], 4_001)).toBe(false)
  quotas.read(counted(2n * MIB), 5_000)
  quotas.read(counted(15n * MIB), 5_200)
  expect(quotas.areAmple([peer.stream], 5_300)).toBe(false)
})

test('twice as much as passed between two readings is left at least, and a mebibyte', () => {
  quotas.read(counted(4n * MIB), 0)
  // 12 MiB are left, and 4 passed.
  expect(quotas.areAmple([peer.stream], 100)).toBe(true)
  quotas.read(counted(9n * MIB), 200)
  // 7 MiB, and 5.
  expect(quotas.areAmple([peer.stream], 300)).toBe(false)
})

test('one that is not ample is enough to look, and one that is not held too', () => {
  quotas.put([{ ...other, entitledBytes: MIB }])
  quotas.read(new Map([...counted(0n), ...counted(0n, other)]), 0)
  expect(quotas.areAmple([peer.stream], 100)).toBe(true)
  expect(quotas.areAmple([peer.stream, other.stream], 100)).toBe(false)
  expect(quotas.areAmple([`0x${'33'.repeat(32)}`], 100)).toBe(false)
})

test('raised without a look: the limit counts from where the quota began', () => {
  quotas.read(counted(MIB), 0)
  expect(limitIn(quotas.change([{ ...peer, entitledBytes: 32n * MIB }], undefined), raised)).toBe(32n * MIB)
})

test('run out: made anew with what is left, from the count that was read', () => {
  quotas.read(counted(MIB), 0)
  const script = quotas.change([{ ...peer, entitledBytes: 32n * MIB }], counted(16n * MIB))
  expect(limitIn(script, madeAnew)).toBe(16n * MIB)
  // And the next one counts from there.
  quotas.read(counted(17n * MIB), 200)
  expect(limitIn(quotas.change([{ ...peer, entitledBytes: 48n * MIB }], undefined), raised)).toBe(32n * MIB)
})

test('what was raised is made anew once nothing passes, and then left alone', () => {
  quotas.read(counted(MIB), 0)
  quotas.change([{ ...peer, entitledBytes: 32n * MIB }], undefined)
  expect(quotas.read(counted(2n * MIB), 200).script).toBe('')
  expect(limitIn(quotas.read(counted(2n * MIB), 400).script, madeAnew)).toBe(30n * MIB)
  expect(quotas.read(counted(2n * MIB), 600).script).toBe('')
})

test('a reading says who moved, and how many counters are missing', () => {
  quotas.put([other])
  expect(quotas.read(counted(MIB))).toMatchObject({ usage: new Map([[peer.stream, MIB]]), missing: 1 })
  quotas.remove(other)
  expect(quotas.read(counted(MIB))).toMatchObject({ usage: new Map(), missing: 0 })
})

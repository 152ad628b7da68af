// Idle peers: only of streams that have ended, only after a long silence, by a clock that does not jump.
import { createSecretKey } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Gateway } from '../gateway.ts'
import { Journal } from '../journal/journal.ts'
import { requireRoom } from '../sessions/admission/room.ts'
import { peerOf, peersOf } from '../sessions/peer.ts'
import { countsForLimits } from '../sessions/session.ts'
import { SessionStore } from '../sessions/store.ts'
import { HandTunnel } from '../testing/hand-tunnel.ts'
import { sessionAt } from '../testing/session.ts'
import { idlePeers, startIdlePeers } from './idle-peers.ts'

const DAY = 86_400_000
/** A base unit buys it here. */
const GIB = 2n ** 30n
const key = createSecretKey(new Uint8Array(32).fill(1))
const log = pino({ level: 'silent' })
let folder: string
let journal: Journal

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'x4pn-idle-peers-'))
  journal = await Journal.create(join(folder, 'journal.jsonl'), key, [])
})
afterEach(() => {
  vi.useRealTimers()
})
afterAll(async () => {
  await journal.close()
  await rm(folder, { recursive: true })
})

/** The gateway has one place. */
const config = { maxSessions: 1, pool4: '10.64.0.0/10', pool6: 'fd58:3450:4e00::/64' }

test('an ended stream loses its peer after three silent minutes, an open one never, and one that came back has it again', async () => {
  const [open, left, stopped] = [sessionAt(1), sessionAt(2), sessionAt(3)] as const
  const sessions = new SessionStore()
  const tunnel = new HandTunnel()
  for (const session of [open, left, stopped]) {
    sessions.add(session)
    await tunnel.add(peerOf(session))
  }
  let now = 0
  const look = idlePeers({ sessions, tunnel, journal, clock: Date.now, log }, () => now)
  const peers = () => [open, left, stopped].map(({ stream }) => tunnel.peers.has(stream))
  left.left = { maxClaim: 0n, receipt: undefined }
  stopped.chain.stoppedAt = 5
  await look()
  now = 100_000
  // It still shakes hands: its answer may be on the way.
  stopped.lastHandshake = 1_100
  await look()
  now = 179_999
  await look()
  expect(peers()).toEqual([true, true, true])
  now = 180_000
  await look()
  expect(peers()).toEqual([true, false, true])
  now = 280_000
  await look()
  expect(peers()).toEqual([true, false, false])
  stopped.chain.stoppedAt = 0
  await look()
  expect(peers()).toEqual([true, false, true])
})

/** One session whose stream was stopped and that is silent; `now` is then as far as its peer is removed. */
async function stopped() {
  const session = sessionAt(1)
  const sessions = new SessionStore()
  const tunnel = new HandTunnel()
  sessions.add(session)
  await tunnel.add(peerOf(session))
  session.chain.stoppedAt = 5
  return { session, parts: { sessions, tunnel, journal, clock: Date.now, log } }
}

test('a stopped stream takes a place as long as it has a peer, and none until it is closed; a tunnel made anew has no peer of it', async () => {
  const { session, parts } = await stopped()
  const { sessions } = parts
  let now = 0
  const look = idlePeers(parts, () => now)
  const room = () => requireRoom({ sessions, config } as unknown as Gateway, sessionAt(2).stream)
  await look()
  expect(room).toThrow('no room')
  // Its deposit comes back: whoever opens and stops again and again is limited all the same.
  expect(countsForLimits(session)).toBe(true)
  now = 180_000
  await look()
  expect(countsForLimits(session)).toBe(false)
  expect(room().address4).toMatch(/^10\./)
  // Its address is still its own.
  expect(sessions.hasAddress4(session.address4)).toBe(true)
  expect(peersOf(sessions)).toEqual([])
  session.chain.stoppedAt = 0
  await look()
  expect(room).toThrow('no room')
  expect(peersOf(sessions)).toHaveLength(1)
})

test('a tunnel that is made anew while a peer is added again, or removed, has it, or has it not', async () => {
  const { session, parts } = await stopped()
  const { sessions, tunnel } = parts
  let now = 0
  const look = idlePeers(parts, () => now)
  // The meter mends the tunnel right behind each change.
  for (const change of ['add', 'remove'] as const) {
    const original = tunnel[change].bind(tunnel)
    vi.spyOn(tunnel, change).mockImplementation(async (peer) => {
      await original(peer)
      await tunnel.ensure(peersOf(sessions))
    })
  }
  await look()
  now = 180_000
  await look()
  expect(tunnel.peers.has(session.stream)).toBe(false)
  session.chain.stoppedAt = 0
  await look()
  expect(tunnel.peers.has(session.stream)).toBe(true)
})

test('a change that fails is made at the next look, and keeps no other from being made', async () => {
  const { session, parts } = await stopped()
  const { sessions, tunnel } = parts
  const other = { ...sessionAt(2), chain: { ...session.chain } }
  sessions.add(other)
  await tunnel.add(peerOf(other))
  let now = 0
  const look = idlePeers(parts, () => now)
  const fail = (change: 'add' | 'remove') => vi.spyOn(tunnel, change).mockRejectedValueOnce(new Error('wg fails'))
  const has = () => [session, other].map(({ stream }) => tunnel.peers.has(stream))
  await look()
  now = 180_000
  fail('remove')
  await look()
  expect(has()).toEqual([true, false])
  await look()
  expect(has()).toEqual([false, false])
  session.chain.stoppedAt = 0
  other.chain.stoppedAt = 0
  fail('add')
  await look()
  expect(has()).toEqual([false, true])
  await look()
  expect(has()).toEqual([true, true])
})

test('a stream that is closed while its peer is added again is left without one', async () => {
  const { session, parts } = await stopped()
  const { sessions, tunnel } = parts
  let now = 0
  const look = idlePeers(parts, () => now)
  await look()
  now = 180_000
  await look()
  session.chain.stoppedAt = 0
  const original = tunnel.add.bind(tunnel)
  vi.spyOn(tunnel, 'add').mockImplementation(async (peer) => {
    session.chain.closed = true
    await tunnel.remove(peer)
    sessions.remove(session)
    await original(peer)
  })
  await look()
  expect(tunnel.peers.has(session.stream)).toBe(false)
})

test('a stream that is open again after its peer was removed has it within a second', async () => {
  vi.useFakeTimers()
  const { session, parts } = await stopped()
  const idle = startIdlePeers(parts, () => Date.now())
  await vi.advanceTimersByTimeAsync(182_000)
  expect(parts.tunnel.peers.has(session.stream)).toBe(false)
  session.chain.stoppedAt = 0
  await vi.advanceTimersByTimeAsync(1_000)
  expect(parts.tunnel.peers.has(session.stream)).toBe(true)
  await idle.stop()
})

test('a deposit that is used up keeps its peer for a day, and its place from nobody after it; one with money or paid bytes left is kept', async () => {
  const { session, parts } = await stopped()
  const { sessions, tunnel } = parts
  const spent = { ...session.chain, stoppedAt: 0, settled: session.chain.deposit }
  const usedUp = { ...sessionAt(2), usedBytes: GIB, chain: spent }
  const gone = { ...sessionAt(3), chain: { ...session.chain, stoppedAt: 0, deposit: 0n } }
  const left = { ...sessionAt(4), chain: { ...session.chain }, left: { maxClaim: 0n, receipt: undefined } }
  const paidAhead = { ...sessionAt(5), usedBytes: GIB, chain: { ...spent, deposit: 2n, settled: 2n } }
  for (const other of [usedUp, gone, left, paidAhead]) {
    sessions.add(other)
    await tunnel.add(peerOf(other))
  }
  let now = 0
  const look = idlePeers(parts, () => now)
  await look()
  now = DAY - 1
  await look()
  expect(tunnel.peers.has(usedUp.stream)).toBe(true)
  expect([...sessions.all()]).toEqual([session, usedUp, gone, left, paidAhead])
  now = DAY
  await look()
  // The stopped one, whose money is settled, goes likewise; what may come back, or is to be released, stays.
  expect([...sessions.all()]).toEqual([gone, left, paidAhead])
  expect([...tunnel.peers.keys()]).toEqual([gone.stream, paidAhead.stream])
  const { records } = await Journal.read(join(folder, 'journal.jsonl'), key)
  expect(records.map(({ type }) => type)).toEqual(['forgotten', 'forgotten'])
})

test('one that pays anew while its peer is taken out has it again, and is not forgotten', async () => {
  const { session, parts } = await stopped()
  const { sessions, tunnel } = parts
  session.chain = { ...session.chain, stoppedAt: 0, settled: session.chain.deposit }
  session.usedBytes = GIB
  let now = 0
  const look = idlePeers(parts, () => now)
  await look()
  now = DAY
  const original = tunnel.remove.bind(tunnel)
  vi.spyOn(tunnel, 'remove').mockImplementationOnce(async (peer) => {
    await original(peer)
    session.chain = { ...session.chain, deposit: session.chain.deposit + 1n }
  })
  await look()
  await look()
  expect(sessions.get(session.stream)).toBe(session)
  expect(tunnel.peers.has(session.stream)).toBe(true)
})

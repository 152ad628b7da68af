// Idle peers: only of streams that have ended, only after a long silence, by a clock that does not jump.
import pino from 'pino'
import { expect, test } from 'vitest'
import { peerOf } from '../sessions/peer.ts'
import type { Session } from '../sessions/session.ts'
import { SessionStore } from '../sessions/store.ts'
import { HandTunnel } from '../testing/hand-tunnel.ts'
import { idlePeers } from './idle-peers.ts'

const sessionAt = (index: number): Session => ({
  stream: `0x${String(index).repeat(64)}`,
  user: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
  sessionKey: '0x5fbdb2315678afecb367f032d93f642f64180aa4',
  terms: { pricePerGiB: 1n, allowance: 1n, passRate: 0n, decimals: 6 },
  address4: `10.64.0.${index}`,
  address6: `fd58:3450:4e00::${index}`,
  wireguardKey: `0x${String(index).repeat(64)}`,
  signedInAt: 0,
  chain: { deposit: 1n, settled: 0n, stoppedAt: 0, closed: false, servable: 1n },
  usedBytes: 0n,
  lastHandshake: 1_000,
})

test('an ended stream loses its peer after three silent minutes, an open one never, and one that came back has it again', async () => {
  const [open, left, stopped] = [sessionAt(1), sessionAt(2), sessionAt(3)] as const
  const sessions = new SessionStore()
  const tunnel = new HandTunnel()
  for (const session of [open, left, stopped]) {
    sessions.add(session)
    await tunnel.add(peerOf(session))
  }
  let now = 0
  const look = idlePeers({ sessions, tunnel, log: pino({ level: 'silent' }) }, () => now)
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

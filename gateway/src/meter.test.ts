// The meter: whoever cannot count does not serve, and what cannot be written down is no reason to cut.
import { rename } from 'node:fs/promises'
import { beforeAll, expect, test } from 'vitest'
import type { TestStream } from './testing/network.ts'
import { MIB, startTestGateway, until } from './testing/test-gateway.ts'
import { gateway, network, useGateway } from './testing/use-gateway.ts'

let stream: TestStream

useGateway()
beforeAll(async () => {
  stream = await network.openStream(gateway.node)
  await gateway.join(stream)
})

const seconds = (count: number) => new Promise((next) => setTimeout(next, count * 1000))

test('it lives as long as it can count', async () => {
  const before = gateway.tunnel.aliveSigns
  await until(() => gateway.tunnel.aliveSigns >= before + 2)
})

test.each([-3_600_000, 3_600_000])(
  'pitfall 36: a wall clock that jumps by %i ms cuts nobody and frees nobody',
  async (jump) => {
    let shift = 0
    const own = await startTestGateway(network, { parts: { clock: () => Date.now() + shift } })
    try {
      const session = await network.openStream(own.node)
      await own.join(session)
      await until(() => own.tunnel.aliveSigns >= 2)
      const peer = { ...own.tunnel.peers.get(session.stream) }
      shift = jump
      const before = own.tunnel.aliveSigns
      await until(() => own.tunnel.aliveSigns >= before + 2)
      expect(own.tunnel.peers.get(session.stream)).toEqual(peer)
    } finally {
      await own.stop()
    }
  },
)

test('pitfall 31: counters that cannot be read mean no sign of life, also when the tunnel can be made anew', async () => {
  gateway.tunnel.failing.add('readUsage')
  await seconds(0.5)
  const before = gateway.tunnel.aliveSigns
  await seconds(1.5)
  expect(gateway.tunnel.aliveSigns).toBe(before)
  gateway.tunnel.failing.clear()
  await until(() => gateway.tunnel.aliveSigns > before)
})

test('a tunnel that was destroyed is made anew with every peer', async () => {
  gateway.tunnel.pass(stream.stream, 1000n)
  await until(async () => (await gateway.pay(stream, 0n)).usedBytes === '1000')
  gateway.tunnel.peers.clear()
  gateway.tunnel.failing.add('readUsage')
  await until(() => gateway.tunnel.peers.has(stream.stream))
  gateway.tunnel.failing.clear()
  expect(gateway.tunnel.peers.get(stream.stream)).toMatchObject({ usedBytes: 1000n, entitledBytes: MIB })
})

test('pitfall 30: counters that restart do not take usage back', async () => {
  const before = BigInt((await gateway.pay(stream, 0n)).usedBytes)
  const used = String(before + 1000n)
  gateway.tunnel.pass(stream.stream, 1000n)
  await until(async () => (await gateway.pay(stream, 0n)).usedBytes === used)
  const peer = gateway.tunnel.peers.get(stream.stream)
  if (!peer) throw new Error('the stream has no peer')
  peer.usedBytes = 0n
  // The second begins when the first has been taken in.
  const { readings } = gateway.tunnel
  await until(() => gateway.tunnel.readings >= readings + 2)
  expect((await gateway.pay(stream, 0n)).usedBytes).toBe(used)
  peer.usedBytes = before + 1000n
})

test('handshakes are looked for each second while a listener waits for the first, and seldom otherwise', async () => {
  const { tunnel } = gateway
  const own = await network.openStream(gateway.node)
  const { body: joined } = await gateway.join(own)
  const readingsInThreeSeconds = async () => {
    const [signs, before] = [tunnel.aliveSigns, tunnel.handshakeReadings]
    await until(() => tunnel.aliveSigns >= signs + 3)
    return tunnel.handshakeReadings - before
  }
  expect(await readingsInThreeSeconds()).toBeLessThan(2)
  const listening = new AbortController()
  const url = `${gateway.apiUrl}/v1/sessions/${own.stream}/usage`
  const { body } = await fetch(url, { headers: { authorization: `Bearer ${joined.token}` }, signal: listening.signal })
  expect(await readingsInThreeSeconds()).toBeGreaterThan(1)
  tunnel.handshakes.set(tunnel.peers.get(own.stream)?.wireguardKey ?? '0x', 1_700_000_000)
  for await (const event of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    if (event.includes('"lastHandshake":1700000000')) break
  }
  listening.abort()
  expect(await readingsInThreeSeconds()).toBeLessThan(2)
})

test('a full disk is not taken for a broken tunnel', async () => {
  const peers = [...gateway.tunnel.peers.values()]
  await rename(gateway.config.journal, `${gateway.config.journal}.gone`)
  gateway.tunnel.pass(stream.stream, MIB)
  const before = gateway.tunnel.aliveSigns
  await until(() => gateway.tunnel.aliveSigns >= before + 2)
  // The very same peers: the tunnel was not made anew.
  expect([...gateway.tunnel.peers.values()].every((peer, index) => peer === peers[index])).toBe(true)
  await rename(`${gateway.config.journal}.gone`, gateway.config.journal)
})

test('an allowance beyond the last record is written down at once', async () => {
  await gateway.pay(stream, 10_240n)
  const passed = 3n * MIB
  await until(() => gateway.tunnel.pass(stream.stream, passed) === passed)
  const used = gateway.tunnel.peers.get(stream.stream)?.usedBytes
  await until(async () => {
    const records = await gateway.journal()
    return records.some((record) => record.type === 'counters' && record.counters.usedBytes === String(used))
  })
})

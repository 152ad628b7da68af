// Joining: replays, rotations, races, and what is undone when something fails on the way.
import { rename } from 'node:fs/promises'
import { nodeTypes, sessionsDomain } from '@x4pn/contracts'
import { verifyTypedData } from 'viem'
import { describe, expect, test } from 'vitest'
import { createRounds } from '../testing/rounds.ts'
import { outcome, randomKey, startTestGateway, until } from '../testing/test-gateway.ts'
import { gateway, network, useGateway } from '../testing/use-gateway.ts'

useGateway()

const peerOf = (stream: { stream: `0x${string}` }) => gateway.tunnel.peers.get(stream.stream)

test('the assignment is signed by the node, over the bare addresses', async () => {
  const stream = await network.openStream(gateway.node)
  const wireguardKey = randomKey()
  const { body } = await gateway.join(stream, { wireguardKey })
  const address4 = body.wireguard.address4.replace('/32', '')
  const address6 = body.wireguard.address6.replace('/128', '')
  const { signedAt, signature } = body.assignment
  const signed = await verifyTypedData({
    address: gateway.node,
    domain: sessionsDomain({ chainId: network.deployment.chainId, contract: network.deployment.sessions }),
    types: nodeTypes,
    primaryType: 'Assignment',
    message: { stream: stream.stream, wireguardKey, address4, address6, signedAt },
    signature,
  })
  expect(signed).toBe(true)
  expect(peerOf(stream)).toMatchObject({ wireguardKey, address4, address6 })
})

test('a replay changes nothing', async () => {
  const stream = await network.openStream(gateway.node)
  const body = await gateway.signIn(stream, 'join')
  const first = await gateway.post.join(body)
  gateway.tunnel.pass(stream.stream, 1000n)
  const peer = { ...peerOf(stream) }
  const again = await gateway.post.join(body)
  expect(outcome(again)).toBe('ok')
  expect(again.body.wireguard).toEqual(first.body.wireguard)
  expect(peerOf(stream)).toEqual(peer)
})

test('pitfall 30: an old sign-in cannot undo a rotation', async () => {
  const stream = await network.openStream(gateway.node)
  const old = await gateway.signIn(stream, 'join')
  await gateway.post.join(old)
  const addresses = peerOf(stream)
  const wireguardKey = randomKey()
  const rotated = await gateway.join(stream, { wireguardKey })
  expect(outcome(rotated)).toBe('ok')
  expect(peerOf(stream)).toEqual({ ...addresses, wireguardKey })
  expect(outcome(await gateway.post.join(old))).toBe('SIGNIN_SUPERSEDED')
  expect(peerOf(stream)?.wireguardKey).toBe(wireguardKey)
})

describe('pitfall 28: one WireGuard key, one stream', () => {
  test('a second stream with the key of the first is refused, also as a rotation', async () => {
    const [first, second] = [await network.openStream(gateway.node), await network.openStream(gateway.node)]
    const wireguardKey = randomKey()
    await gateway.join(first, { wireguardKey })
    expect(outcome(await gateway.join(second, { wireguardKey }))).toBe('WIREGUARD_KEY_TAKEN')
    expect(outcome(await gateway.join(second, { wireguardKey: upper(wireguardKey) }))).toBe('WIREGUARD_KEY_TAKEN')
    await gateway.join(second)
    expect(outcome(await gateway.join(second, { wireguardKey }))).toBe('WIREGUARD_KEY_TAKEN')
    expect(peerOf(first)?.wireguardKey).toBe(wireguardKey)
  })

  test("the node's own key is nobody's", async () => {
    const stream = await network.openStream(gateway.node)
    const { serverKey } = (await gateway.join(stream)).body.wireguard
    expect(outcome(await gateway.join(stream, { wireguardKey: serverKey }))).toBe('WIREGUARD_KEY_TAKEN')
  })

  const upper = (key: string) => `0x${key.slice(2).toUpperCase()}` as const
})

describe('pitfall 27: two joins at once', () => {
  test('for one stream: one session, and the later sign-in counts', async () => {
    const stream = await network.openStream(gateway.node)
    const bodies = [await gateway.signIn(stream, 'join'), await gateway.signIn(stream, 'join')]
    const answers = await Promise.all(bodies.map((body) => gateway.post.join(body)))
    expect(answers.map(outcome)).toEqual(['ok', 'ok'])
    expect(answers[0]?.body.wireguard.address4).toBe(answers[1]?.body.wireguard.address4)
    expect(peerOf(stream)?.wireguardKey).toBe(bodies[1]?.wireguardKey)
    const addresses = [...gateway.tunnel.peers.values()].map(({ address4 }) => address4)
    expect(new Set(addresses).size).toBe(addresses.length)
  })

  test('for one key: one of the two', async () => {
    const streams = [await network.openStream(gateway.node), await network.openStream(gateway.node)]
    const wireguardKey = randomKey()
    const answers = await Promise.all(streams.map((stream) => gateway.join(stream, { wireguardKey })))
    expect(answers.map(outcome).sort()).toEqual(['WIREGUARD_KEY_TAKEN', 'ok'])
    expect([...gateway.tunnel.peers.values()].filter((peer) => peer.wireguardKey === wireguardKey)).toHaveLength(1)
  })

  test('joining while leaving: the stream has left, whichever came first', async () => {
    const stream = await network.openStream(gateway.node)
    await gateway.join(stream)
    const joining = await gateway.signIn(stream, 'join')
    const [, left] = await Promise.all([gateway.post.join(joining), gateway.leave(stream)])
    expect(outcome(left)).toBe('ok')
    expect(['STREAM_LEFT', 'STREAM_CLOSED']).toContain(outcome(await gateway.join(stream)))
  })
})

describe('pitfall 27: what fails on the way leaves nothing behind', () => {
  test('the tunnel refuses the peer: no session, and the same join works later', async () => {
    const stream = await network.openStream(gateway.node)
    const body = await gateway.signIn(stream, 'join')
    gateway.tunnel.failing.add('add')
    const answer = await gateway.post.join(body)
    gateway.tunnel.failing.clear()
    expect(outcome(answer)).toBe('TUNNEL_UNAVAILABLE')
    expect(outcome(await gateway.leave(stream))).toBe('STREAM_NOT_JOINED')
    expect(outcome(await gateway.post.join(body))).toBe('ok')
  })

  test('the tunnel refuses a rotation: the old key goes on', async () => {
    const stream = await network.openStream(gateway.node)
    const wireguardKey = randomKey()
    await gateway.join(stream, { wireguardKey })
    const rotation = await gateway.signIn(stream, 'join')
    gateway.tunnel.failing.add('rotateKey')
    expect(outcome(await gateway.post.join(rotation))).toBe('TUNNEL_UNAVAILABLE')
    gateway.tunnel.failing.clear()
    expect(peerOf(stream)?.wireguardKey).toBe(wireguardKey)
    expect(outcome(await gateway.post.join(rotation))).toBe('ok')
  })
})

describe('the disk refuses', () => {
  test('nothing is joined, rotated or left, and no peer is added', async () => {
    const own = await startTestGateway(network)
    const stream = await network.openStream(own.node)
    const wireguardKey = randomKey()
    await own.join(stream, { wireguardKey })
    await rename(own.config.journal, `${own.config.journal}.gone`)

    const fresh = await network.openStream(own.node)
    const joining = await own.join(fresh)
    expect(outcome(joining)).toBe('JOURNAL_UNAVAILABLE')
    expect(joining.headers['retry-after']).toBeDefined()
    expect(own.tunnel.peers.has(fresh.stream)).toBe(false)
    expect(outcome(await own.join(stream))).toBe('JOURNAL_UNAVAILABLE')
    expect(own.tunnel.peers.get(stream.stream)?.wireguardKey).toBe(wireguardKey)
    expect(outcome(await own.leave(stream))).toBe('JOURNAL_UNAVAILABLE')

    await rename(`${own.config.journal}.gone`, own.config.journal)
    expect(outcome(await own.join(stream))).toBe('ok')
    await own.stop()
  })
})

test('a stream that is closed on chain is forgotten, and its address and key are free again', async () => {
  const own = await startTestGateway(network, { env: { X4PN_MAX_SESSIONS: '1' } })
  const stream = await network.openStream(own.node)
  const wireguardKey = randomKey()
  await own.join(stream, { wireguardKey })
  const next = await network.openStream(own.node)
  expect(outcome(await own.join(next, { wireguardKey: randomKey() }))).toBe('CAPACITY_FULL')
  await own.leave(stream)
  await until(() => !own.tunnel.peers.has(stream.stream))
  expect(outcome(await own.join(next, { wireguardKey }))).toBe('ok')
  await own.stop()
})

test('a peer that cannot be removed when its stream is closed is cut, and removed as soon as it can be', async () => {
  const { parts, pass } = createRounds()
  const own = await startTestGateway(network, { parts })
  try {
    const stream = await network.openStream(own.node)
    const wireguardKey = randomKey()
    await own.join(stream, { wireguardKey })
    own.tunnel.failing.add('remove')
    await own.leave(stream)
    await until(async () => ((await network.readStream(stream)).flags & 2) !== 0)
    await pass()
    expect(own.tunnel.peers.has(stream.stream)).toBe(true)
    expect(own.tunnel.pass(stream.stream, 1n)).toBe(0n)
    // Else what takes the old peer away would take the new one.
    const next = await network.openStream(own.node)
    expect(outcome(await own.join(next, { wireguardKey }))).toBe('WIREGUARD_KEY_TAKEN')
    own.tunnel.failing.clear()
    await until(() => !own.tunnel.peers.has(stream.stream))
    expect(outcome(await own.join(next, { wireguardKey }))).toBe('ok')
    const records = await own.journal()
    expect(records.filter(({ type }) => type === 'forgotten')).toHaveLength(1)
  } finally {
    await own.stop()
  }
})

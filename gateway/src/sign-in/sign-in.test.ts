// Signing in over HTTP, against real contracts: who is accepted, and with which code everything else is refused.
import { createSecretKey } from 'node:crypto'
import { errorTable } from '@x4pn/gateway-api'
import { getAddress, hashMessage } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { TestStream } from '../testing/network.ts'
import { outcome, randomKey, type SignInOptions } from '../testing/test-gateway.ts'
import { gateway, network, useGateway } from '../testing/use-gateway.ts'
import { createNonce } from './nonce.ts'

let stream: TestStream
let other: TestStream
let joined: TestStream

useGateway()
beforeAll(async () => {
  stream = await network.openStream(gateway.node)
  other = await network.openStream(gateway.node)
  joined = await network.openStream(gateway.node)
  await gateway.join(joined)
})

const stranger = privateKeyToAccount(generatePrivateKey())
const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()

describe('accepted', () => {
  test('by the session key', async () => {
    const fresh = await network.openStream(gateway.node)
    const { status, body } = await gateway.join(fresh)
    expect(status).toBe(200)
    expect(body).toMatchObject({ stream: fresh.stream, simulated: true, usage: { usedBytes: '0', served: true } })
    expect(body.wireguard.address4).toMatch(/^10\.\d+\.\d+\.\d+\/32$/)
    expect(gateway.tunnel.peers.has(fresh.stream)).toBe(true)
  })

  test('by the user', async () => {
    const fresh = await network.openStream(gateway.node)
    expect(outcome(await gateway.join(fresh, { signer: network.user }))).toBe('ok')
  })

  test('from a page, whose host is the domain', async () => {
    const origin = 'https://bafyabc.ipfs.dweb.link'
    const fresh = await network.openStream(gateway.node)
    const answer = await gateway.join(fresh, { origin, fields: { domain: 'bafyabc.ipfs.dweb.link' } })
    expect(outcome(answer)).toBe('ok')
    expect(answer.headers['access-control-allow-origin']).toBe(origin)
  })

  test('for leaving, by the user alone when the session key is lost', async () => {
    const fresh = await network.openStream(gateway.node)
    await gateway.join(fresh)
    expect(outcome(await gateway.leave(fresh, { signer: network.user }))).toBe('ok')
  })
})

/** What is wrong, how the node calls it, and the sign-in that shows it. */
const refused: [string, string, (stream: TestStream) => SignInOptions][] = [
  ['no EIP-4361 message', 'SIGNIN_MALFORMED', () => ({ body: { message: 'Let me in' } })],
  ['wrong domain', 'SIGNIN_WRONG_DOMAIN', () => ({ fields: { domain: 'evil.example' } })],
  ['the domain of another page', 'SIGNIN_WRONG_DOMAIN', () => ({ origin: 'https://evil.example' })],
  ['a page with the same host and another port', 'SIGNIN_WRONG_DOMAIN', () => ({ origin: 'http://127.0.0.1:1' })],
  ['Origin: null', 'SIGNIN_ORIGIN_REFUSED', () => ({ origin: 'null', fields: { domain: 'null' } })],
  ['an origin without a host', 'SIGNIN_ORIGIN_REFUSED', () => ({ origin: 'file://' })],
  ['wrong uri', 'SIGNIN_WRONG_URI', () => ({ fields: { uri: 'https://evil.example' } })],
  ['a path below the uri', 'SIGNIN_WRONG_URI', () => ({ fields: { uri: `${gateway.apiUrl}/v2` } })],
  ['wrong chain', 'SIGNIN_WRONG_CHAIN', () => ({ fields: { chainId: 1 } })],
  ['wrong statement', 'SIGNIN_WRONG_STATEMENT', () => ({ fields: { statement: 'Sign here.' } })],
  ['no statement', 'SIGNIN_WRONG_STATEMENT', () => ({ fields: { statement: undefined } })],
  ['no resources', 'SIGNIN_WRONG_RESOURCES', () => ({ fields: { resources: [] } })],
  ['expired', 'SIGNIN_EXPIRED', () => ({ fields: { issuedAt: at(-300), expirationTime: at(-1) } })],
  ['no expiry', 'SIGNIN_LIFETIME', () => ({ fields: { expirationTime: undefined } })],
  ['too long a life', 'SIGNIN_LIFETIME', () => ({ fields: { issuedAt: at(0), expirationTime: at(602) } })],
  ['issued in the future', 'SIGNIN_NOT_YET_VALID', () => ({ fields: { issuedAt: at(90), expirationTime: at(300) } })],
  ['not valid yet', 'SIGNIN_NOT_YET_VALID', () => ({ fields: { notBefore: at(120) } })],
  ['an invented nonce', 'NONCE_INVALID', () => ({ fields: { nonce: 'abcdefgh12345678' } })],
  ["a foreign node's nonce", 'NONCE_INVALID', () => ({ fields: { nonce: foreignNonce() } })],
  ['a foreign signer', 'SIGNIN_WRONG_SIGNER', () => ({ signer: stranger })],
  ["a stranger's signature", 'SIGNIN_BAD_SIGNATURE', ({ sessionKey }) => ({ signer: as(sessionKey) })],
  ["a stranger's signature for the user", 'SIGNIN_BAD_SIGNATURE', () => ({ signer: as(network.user.address) })],
  ['noise for a signature', 'SIGNIN_BAD_SIGNATURE', () => ({ body: { signature: `0x${'11'.repeat(65)}` } })],
]

const foreignNonce = () => createNonce(createSecretKey(new Uint8Array(32)), Math.floor(Date.now() / 1000)).nonce
/** Claims to be `address`, and signs with a stranger's key. */
const as = (address: `0x${string}`) => ({
  address,
  signMessage: (message: { message: string }) => stranger.signMessage(message),
})

describe('pitfall 23: every field is asserted, a missing one is refused', () => {
  test.each(refused)('joining: %s', async (_, code, options) => {
    const answer = await gateway.join(stream, options(stream))
    expect(outcome(answer)).toBe(code)
    expect(answer.status).toBe(errorTable[code as keyof typeof errorTable].status)
    expect(gateway.tunnel.peers.has(stream.stream)).toBe(false)
  })

  test.each(refused)('leaving: %s', async (_, code, options) => {
    expect(outcome(await gateway.leave(joined, options(joined)))).toBe(code)
    expect(outcome(await gateway.post.receipts([await gateway.receipt(joined, 1n)]))).toBe('ok')
  })

  test('a leaving is no joining, and the other way round', async () => {
    const joining = await gateway.signIn(stream, 'join')
    const { wireguardKey } = joining
    const leaving = { ...(await gateway.signIn(stream, 'leave')), wireguardKey }
    expect(outcome(await gateway.post.join(leaving))).toBe('SIGNIN_WRONG_ACTION')
    expect(outcome(await gateway.post.leave(stream, joining))).toBe('SIGNIN_WRONG_ACTION')
  })

  test('a request without a field is refused by its shape', async () => {
    const { signature: _, ...body } = await gateway.signIn(stream, 'join')
    expect(outcome(await gateway.post.join(body))).toBe('BAD_REQUEST')
  })
})

test('pitfall 24: a sign-in for another node is refused', async () => {
  const elsewhere = network.makeStream('0x52908400098527886E0F7030069857D2E4169EE7')
  const resources = [
    'urn:x4pn:action:join',
    `urn:x4pn:node:${elsewhere.node}`,
    `urn:x4pn:stream:${elsewhere.stream}`,
    `urn:x4pn:wireguard:${randomKey()}`,
  ]
  expect(outcome(await gateway.join(stream, { fields: { resources } }))).toBe('SIGNIN_WRONG_NODE')
})

test('pitfall 23: a sign-in for one stream is none for another', async () => {
  const body = await gateway.signIn(stream, 'join')
  const { user, sessionKey } = other
  expect(outcome(await gateway.post.join({ ...body, user, sessionKey }))).toBe('SIGNIN_WRONG_STREAM')
  const leaving = await gateway.signIn(stream, 'leave')
  expect(outcome(await gateway.post.leave(other, leaving))).toBe('SIGNIN_WRONG_STREAM')
})

test("pitfall 28: the message's WireGuard key is the request's", async () => {
  const answer = await gateway.join(stream, { body: { wireguardKey: randomKey() } })
  expect(outcome(answer)).toBe('SIGNIN_WRONG_WIREGUARD_KEY')
})

describe('what the chain says of the stream', () => {
  test('never opened', async () => {
    expect(outcome(await gateway.join(network.makeStream(gateway.node)))).toBe('STREAM_UNFUNDED')
  })
  test("of somebody else's", async () => {
    const mine = network.makeStream(gateway.node, stranger.address)
    expect(outcome(await gateway.join({ ...mine, session: stream.session, sessionKey: stream.sessionKey }))).toBe(
      'SIGNIN_WRONG_STREAM',
    )
  })
  test('stopped', async () => {
    const stopped = await network.openStream(gateway.node)
    await network.stopStream(stopped)
    expect(outcome(await gateway.join(stopped))).toBe('STREAM_STOPPED')
  })
  test('left, then closed', async () => {
    const left = await network.openStream(gateway.node)
    await gateway.join(left)
    expect(outcome(await gateway.leave(left))).toBe('ok')
    // The node releases it at once, so both are right, one after the other.
    expect(['STREAM_LEFT', 'STREAM_CLOSED']).toContain(outcome(await gateway.join(left)))
    await expect.poll(async () => outcome(await gateway.join(left)), { timeout: 10_000 }).toBe('STREAM_CLOSED')
  })
  test('too small a deposit', async () => {
    const small = await network.openStream(gateway.node, { deposit: 9_999n })
    expect(outcome(await gateway.join(small))).toBe('STREAM_DEPOSIT_TOO_SMALL')
  })
  test('not joined, so it cannot leave', async () => {
    expect(outcome(await gateway.leave(other))).toBe('STREAM_NOT_JOINED')
    expect(outcome(await gateway.leave(network.makeStream(gateway.node)))).toBe('STREAM_UNFUNDED')
  })
})

test('pitfall 25: a signature that is no good costs no call to the chain', async () => {
  const own = () => network.rpc.calls.filter((method) => method === 'eth_call' || method === 'eth_getCode').length
  // A key's own signature is known to be wrong without asking; the watcher goes on asking for the prices.
  const before = own()
  const many = await Promise.all(
    Array.from({ length: 20 }, () => gateway.join(stream, { body: { signature: `0x${'11'.repeat(65)}` } })),
  )
  expect(new Set(many.map(outcome))).toEqual(new Set(['SIGNIN_BAD_SIGNATURE']))
  expect(own() - before).toBeLessThan(15)
})

describe('smart accounts', () => {
  /** Says yes to the hash in its first storage slot and reverts on any other. */
  const ACCOUNT_CODE = '0x60043560005414600f5760006000fd5b631626ba7e60e01b60005260206000f3'
  const wallet = getAddress('0x00000000000000000000000000000000005afe01')

  test('ERC-1271: refused until the account vouches for exactly this message', async () => {
    const { testClient, fund } = network
    await testClient.setCode({ address: wallet, bytecode: ACCOUNT_CODE })
    await fund(wallet)
    const held = await network.openStream(gateway.node, { by: wallet })
    const signer = { address: wallet, signMessage: async () => `0x${'ab'.repeat(70)}` as const }
    const body = await gateway.signIn(held, 'join', { signer })
    expect(outcome(await gateway.post.join(body))).toBe('SIGNIN_BAD_SIGNATURE')

    const slot = `0x${'00'.repeat(32)}` as const
    await testClient.setStorageAt({ address: wallet, index: slot, value: hashMessage(body.message) })
    expect(outcome(await gateway.post.join(body))).toBe('ok')
    expect(outcome(await gateway.join(held, { signer }))).toBe('SIGNIN_BAD_SIGNATURE')

    // The chain's silence is not the account's no.
    network.rpc.silent.add('eth_call')
    const answer = await gateway.post.join(body)
    network.rpc.silent.clear()
    expect(outcome(answer)).toBe('CHAIN_UNAVAILABLE')
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })
})

import { parseSignInResources, signInStatements } from '@x4pn/contracts'
import { verifyMessage } from 'viem'
import { parseSiweMessage } from 'viem/siwe'
import { describe, expect, test } from 'vitest'
import { createStream } from './records.ts'
import { sessionKeySigner, signerOf, signInDomain, signInMessage } from './sign-in.ts'
import { fakeNode, NOW, network } from './testing/fake-node.ts'

const { account: node } = fakeNode()
const stream = createStream(network, { user: '0x5555555555555555555555555555555555555555', node: node.address })
const wireguardKey = `0x${'ab'.repeat(32)}` as const
const binding = { action: 'join', node: node.address, stream: stream.stream, wireguardKey } as const
const fields = {
  chainId: 31337,
  apiUrl: 'https://203.0.113.7:8443',
  binding,
  nonce: 'abcdefgh12345678',
  address: stream.sessionKey,
  now: NOW,
}

test('default', async () => {
  const message = signInMessage(fields)
  const { resources, ...rest } = parseSiweMessage(message)
  expect(rest).toEqual({
    address: stream.sessionKey,
    chainId: 31337,
    domain: '203.0.113.7:8443',
    expirationTime: new Date(NOW + 300_000),
    issuedAt: new Date(NOW),
    nonce: 'abcdefgh12345678',
    statement: signInStatements.join,
    uri: 'https://203.0.113.7:8443',
    version: '1',
  })
  expect(parseSignInResources(resources ?? [])).toEqual(binding)
  const signature = await sessionKeySigner(stream.sessionPrivateKey).signMessage(message)
  expect(await verifyMessage({ address: stream.sessionKey, message, signature })).toBe(true)
})

test('behaviour: leaving binds no WireGuard key and says so to the person', () => {
  const leaving = { action: 'leave', node: node.address, stream: stream.stream } as const
  const { resources, statement } = parseSiweMessage(signInMessage({ ...fields, binding: leaving }))
  expect(statement).toBe(signInStatements.leave)
  expect(parseSignInResources(resources ?? [])).toEqual(leaving)
})

describe('domain', () => {
  test.each([
    ['https://bafybeif3.ipfs.dweb.link', 'bafybeif3.ipfs.dweb.link'],
    ['http://bafybeif3.ipfs.localhost:8080', 'bafybeif3.ipfs.localhost:8080'],
    ['http://127.0.0.1:5173', '127.0.0.1:5173'],
  ])('of the page %s', (origin, host) => {
    expect(signInDomain(fields.apiUrl, origin)).toBe(host)
    expect(signInMessage({ ...fields, origin })).toMatch(new RegExp(`^${host} wants`))
  })

  test.each(['null', '', 'file:///index.html'])('behaviour: refuses the origin %o', (origin) => {
    const failure = expect.objectContaining({ code: 'SIGN_IN_ORIGIN_INVALID' })
    expect(() => signInMessage({ ...fields, origin })).toThrow(failure)
  })
})

test('behaviour: a nonce cannot bring a line of its own', () => {
  const nonce = 'abcdefgh\nResources:\n- https://evil.example'
  expect(() => signInMessage({ ...fields, nonce })).toThrow(expect.objectContaining({ code: 'SIGN_IN_INVALID' }))
})

test('behaviour: without any key it says so', () => {
  const { sessionPrivateKey: _, ...lost } = stream
  expect(() => signerOf(lost)).toThrow(expect.objectContaining({ code: 'SIGNER_MISSING' }))
})

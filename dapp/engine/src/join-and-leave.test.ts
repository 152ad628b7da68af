import { parseSignInResources } from '@x4pn/contracts'
import type { JoinRequest, JoinResponse, LeaveResponse } from '@x4pn/gateway-api'
import { verifyMessage } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { parseSiweMessage } from 'viem/siwe'
import { describe, expect, test } from 'vitest'
import { gatewayClient } from './gateway-client.ts'
import { join } from './join.ts'
import { leave } from './leave.ts'
import { createStream } from './records.ts'
import { createWireguardKeys } from './session-key.ts'
import { fakeNode, network } from './testing/fake-node.ts'
import { readJson, sendJson, serve } from './testing/serve.ts'

const user = privateKeyToAccount(generatePrivateKey())

/** A node that answers over HTTP, with what `change` makes of its honest answers. */
async function setUp(change: { join?: (answer: JoinResponse) => void; leave?: (answer: LeaveResponse) => void } = {}) {
  const node = fakeNode()
  const stream = createStream(network, { user: user.address, node: node.account.address })
  const requests: JoinRequest[] = []
  const apiUrl = await serve(async (request, response) => {
    if (request.url === '/v1/nonce') return sendJson(response, { nonce: 'abcdefgh12345678', expiresAt: 1 })
    const body = (await readJson(request)) as JoinRequest
    requests.push(body)
    const answer =
      request.url === '/v1/sessions' ? await node.joined(stream, body.wireguardKey) : await node.left(stream)
    if ('wireguard' in answer) change.join?.(answer)
    else change.leave?.(answer)
    sendJson(response, answer)
  })
  const gateway = gatewayClient({ apiUrl })
  const verified = { listed: node.listed, info: await node.info() }
  return { node, stream, gateway, verified, requests, keys: await createWireguardKeys() }
}

test('default: signs in with the session key and returns a record that survives a reload', async () => {
  const { stream, gateway, verified, keys, requests } = await setUp()
  const { session, usage } = await join({ stream, node: verified, gateway, keys })
  expect(JSON.parse(JSON.stringify(session))).toEqual(session)
  expect(session).toMatchObject({
    ...stream,
    apiUrl: gateway.apiUrl,
    terms: { pricePerGiB: '50000', allowance: '782' },
  })
  expect(session.tunnel).toMatchObject({ ...keys, address4: '100.64.3.9', address6: 'fd00:4::1f' })
  expect(usage.stream).toBe(stream.stream)

  const [request] = requests
  const { message = '', signature = '0x' } = request ?? {}
  expect(await verifyMessage({ address: stream.sessionKey, message, signature })).toBe(true)
  const { domain, uri, resources = [] } = parseSiweMessage(message)
  expect([domain, uri]).toEqual([gateway.apiUrl.slice('http://'.length), gateway.apiUrl])
  expect(parseSignInResources(resources)).toEqual({
    action: 'join',
    node: stream.node,
    stream: stream.stream,
    wireguardKey: keys.publicKey,
  })
})

test('behaviour: the wallet signs where it is given', async () => {
  const { stream, gateway, verified, keys, requests } = await setUp()
  const signer = { address: user.address, signMessage: (message: string) => user.signMessage({ message }) }
  await join({ stream, node: verified, gateway, keys, signer })
  const { message = '', signature = '0x' } = requests[0] ?? {}
  expect(await verifyMessage({ address: user.address, message, signature })).toBe(true)
})

describe('refuses a node that answers', () => {
  const elsewhere = `0x${'99'.repeat(32)}` as const
  const lies: [string, (answer: JoinResponse) => void][] = [
    ['JOIN_STREAM_MISMATCH', (answer) => Object.assign(answer, { stream: elsewhere })],
    ['JOIN_STREAM_MISMATCH', (answer) => Object.assign(answer.usage, { stream: elsewhere })],
    ['JOIN_SERVER_MISMATCH', (answer) => Object.assign(answer.wireguard, { serverKey: elsewhere })],
    ['JOIN_SERVER_MISMATCH', (answer) => Object.assign(answer.wireguard, { endpoint: '198.51.100.1:51820' })],
    ['JOIN_TERMS_WORSE', (answer) => Object.assign(answer.terms, { pricePerGiB: '50001' })],
    ['JOIN_ROUTES_INCOMPLETE', (answer) => Object.assign(answer.wireguard, { allowedIps: ['0.0.0.0/0'] })],
    ['TUNNEL_INVALID', (answer) => Object.assign(answer.wireguard, { dns: ['1.1.1.1\nPostUp = x'] })],
    ['ASSIGNMENT_INVALID', (answer) => Object.assign(answer.wireguard, { address4: '100.64.3.10/32' })],
    ['ASSIGNMENT_INVALID', (answer) => Object.assign(answer.assignment, { signedAt: 1 })],
  ]
  test.each(lies)('%s %s', async (code, lie) => {
    const { stream, gateway, verified, keys } = await setUp({ join: lie })
    await expect(join({ stream, node: verified, gateway, keys })).rejects.toMatchObject({ code })
  })

  test('more than was agreed, though the registry has it', async () => {
    const { stream, gateway, verified, keys } = await setUp()
    const joining = join({ stream, node: verified, gateway, keys, agreedPricePerGiB: 49_999n })
    await expect(joining).rejects.toMatchObject({ code: 'JOIN_TERMS_WORSE' })
  })
})

describe('leave', () => {
  test('default: the last counters and the release', async () => {
    const { stream, gateway, requests } = await setUp()
    const { counters, release } = await leave({ stream, gateway })
    expect([counters.owed, release.maxClaim]).toEqual(['47', '47'])
    const { resources = [] } = parseSiweMessage(requests[0]?.message ?? '')
    expect(parseSignInResources(resources)).toEqual({ action: 'leave', node: stream.node, stream: stream.stream })
  })

  test('behaviour: with a lost session key the wallet leaves', async () => {
    const { stream, gateway, requests } = await setUp()
    const { sessionPrivateKey: _, ...lost } = stream
    await expect(leave({ stream: lost, gateway })).rejects.toMatchObject({ code: 'SIGNER_MISSING' })
    await leave({
      stream: lost,
      gateway,
      signer: { address: user.address, signMessage: (message) => user.signMessage({ message }) },
    })
    expect(parseSiweMessage(requests[0]?.message ?? '').address).toBe(user.address)
  })

  const lies: [string, (answer: LeaveResponse) => void][] = [
    ['COUNTERS_INVALID', (answer) => Object.assign(answer.counters, { owed: '48' })],
    ['COUNTERS_INVALID', (answer) => Object.assign(answer.counters, { stream: `0x${'99'.repeat(32)}` })],
    ['RELEASE_INVALID', (answer) => Object.assign(answer.release, { maxClaim: '46' })],
    ['RELEASE_INVALID', (answer) => Object.assign(answer.release, { deposit: '999' })],
  ]
  test.each(lies)('%s %s', async (code, lie) => {
    const { stream, gateway } = await setUp({ leave: lie })
    await expect(leave({ stream, gateway })).rejects.toMatchObject({ code })
  })
})

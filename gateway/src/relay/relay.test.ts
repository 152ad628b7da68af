// Relaying against a real chain: a user with tokens and no coins opens, stops, closes and withdraws through the node.
import { openIntentNonce, receiveWithAuthorizationTypes, sessionsDomain, sessionsTypes } from '@x4pn/contracts'
import { mintTestUsdc } from '@x4pn/contracts/testing'
import { type NodeInfo, type RelayRequest, type RelayResponse, routes } from '@x4pn/gateway-api'
import { type Address, type Hex, type PrivateKeyAccount, zeroAddress, zeroHash } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ask, type Failure } from '../testing/http.ts'
import { type TestStream, USDC } from '../testing/network.ts'
import { outcome, startTestGateway, type TestGateway, until } from '../testing/test-gateway.ts'
import { gateway, network, useGateway } from '../testing/use-gateway.ts'
import { RelayQuota } from './quota.ts'

const FEE = 10_000n
const LATER = 2_000_000_000

let payout: Address

useGateway({ env: { X4PN_RELAYS_PER_HOUR: '50' } })
beforeAll(async () => {
  payout = network.walletClient.account.address
})

const relay = (body: RelayRequest | Record<string, unknown>) =>
  ask<RelayResponse & Failure>(`${gateway.apiUrl}${routes.relay.path}`, { body })

async function relayed(body: RelayRequest): Promise<void> {
  const { status, body: answer } = await relay(body)
  expect(answer).toMatchObject({ transaction: expect.stringMatching(/^0x/) })
  expect(status).toBe(200)
  await network.mined(answer.transaction)
}

/** Tokens, and not a single wei. */
async function poor(): Promise<PrivateKeyAccount> {
  const account = privateKeyToAccount(generatePrivateKey())
  await mintTestUsdc(network, network.deployment, { to: account.address, amount: 10n * USDC })
  return account
}

const domain = () => sessionsDomain({ chainId: network.deployment.chainId, contract: network.deployment.sessions })

async function opening(user: PrivateKeyAccount, stream: TestStream, { relayFee = FEE, feeTo = payout } = {}) {
  const { node, sessionKey } = stream
  const intent = { user: user.address, node, sessionKey, deposit: USDC, relayFee, feeTo }
  const validBefore = Number((await network.publicClient.getBlock()).timestamp) + 300
  const { token, chainId, sessions } = network.deployment
  const signature = await user.signTypedData({
    domain: { name: 'USD Coin', version: '1', chainId, verifyingContract: token },
    types: receiveWithAuthorizationTypes,
    primaryType: 'ReceiveWithAuthorization',
    message: {
      from: user.address,
      to: sessions,
      value: USDC + relayFee,
      validAfter: 0n,
      validBefore: BigInt(validBefore),
      nonce: openIntentNonce(intent),
    },
  })
  const written = { ...intent, deposit: String(USDC), relayFee: String(relayFee) }
  return { action: 'openWithAuthorization', intent: written, validAfter: 0, validBefore, signature } as const
}

async function withdrawal(user: PrivateKeyAccount, amount: bigint, salt: Hex = zeroHash) {
  const intent = { user: user.address, to: user.address, amount, relayFee: FEE, feeTo: payout, deadline: LATER, salt }
  const signature = await user.signTypedData({
    domain: domain(),
    types: sessionsTypes,
    primaryType: 'WithdrawIntent',
    message: intent,
  })
  return {
    action: 'withdraw',
    intent: { ...intent, amount: String(amount), relayFee: String(FEE) },
    signature,
  } as const
}

test('a user without coins opens, stops, is closed out, opens from the refund, and withdraws', async () => {
  const user = await poor()
  const stream = network.makeStream(gateway.node, user.address)
  const before = await network.balanceOf(payout)
  await relayed(await opening(user, stream))
  expect(await network.readStream(stream)).toMatchObject({ deposit: USDC, flags: 1 })
  expect((await network.balanceOf(payout)) - before).toBe(FEE)

  const { node, sessionKey } = stream
  const named = { user: user.address, node, sessionKey }
  const signature = await stream.session.signTypedData({
    domain: domain(),
    types: sessionsTypes,
    primaryType: 'Stop',
    message: named,
  })
  await relayed({ action: 'stop', ...named, signature })
  expect(outcome(await relay({ action: 'close', ...named }))).toBe('RELAY_REFUSED')
  await network.testClient.increaseTime({ seconds: 86_400 })
  await network.testClient.mine({ blocks: 1 })
  await relayed({ action: 'close', ...named })
  expect(await network.balanceOf(user.address)).toBe(USDC)

  const second = network.makeStream(gateway.node, user.address)
  const deadline = Number((await network.publicClient.getBlock()).timestamp) + 300
  const { sessionKey: secondKey } = second
  const intent = { user: user.address, node, sessionKey: secondKey, deposit: USDC / 2n, relayFee: FEE, feeTo: payout }
  const signed = await user.signTypedData({
    domain: domain(),
    types: sessionsTypes,
    primaryType: 'OpenFromBalance',
    message: { ...intent, deadline },
  })
  const written = { ...intent, deposit: String(intent.deposit), relayFee: String(FEE), deadline }
  await relayed({ action: 'openFromBalance', intent: written, signature: signed })
  expect(await network.readStream(second)).toMatchObject({ deposit: USDC / 2n, flags: 1 })

  await relayed(await withdrawal(user, USDC / 4n))
  expect(await network.balanceOf(user.address)).toBe(USDC / 4n - 2n * FEE)
  expect(await network.publicClient.getBalance({ address: user.address })).toBe(0n)
})

test('the fee is published and signed', async () => {
  const { body } = await ask<NodeInfo>(`${gateway.apiUrl}${routes.info.path}`)
  expect(body.relayFee).toBe(String(FEE))
})

describe('is refused, and nothing is sent', () => {
  test('with too low a fee, or one for somebody else', async () => {
    const user = await poor()
    const stream = network.makeStream(gateway.node, user.address)
    expect(outcome(await relay(await opening(user, stream, { relayFee: FEE - 1n })))).toBe('RELAY_FEE_TOO_LOW')
    expect(outcome(await relay(await opening(user, stream, { feeTo: user.address })))).toBe('RELAY_FEE_ELSEWHERE')
    expect(outcome(await relay(await opening(user, stream, { feeTo: zeroAddress })))).toBe('RELAY_FEE_ELSEWHERE')
    expect((await network.readStream(stream)).flags).toBe(0)
  })

  test("by the contract's own error", async () => {
    const user = await poor()
    const stream = network.makeStream(gateway.node, user.address)
    const open = await opening(user, stream)
    const { body } = await relay({ ...open, intent: { ...open.intent, deposit: String(2n * USDC) } })
    expect(body.error).toMatchObject({ code: 'RELAY_REFUSED' })
    const early = await relay(await withdrawal(user, USDC))
    expect(early.body.error).toMatchObject({ code: 'RELAY_REFUSED', details: 'Sessions_BalanceTooLow' })
    expect(outcome(await relay({ action: 'mint' }))).toBe('BAD_REQUEST')
  })

  test('when the chain does not answer', async () => {
    const user = await poor()
    const open = await opening(user, network.makeStream(gateway.node, user.address))
    network.rpc.up = false
    const answer = await relay(open)
    network.rpc.up = true
    expect(outcome(answer)).toBe('CHAIN_UNAVAILABLE')
    expect(answer.headers['retry-after']).toBeDefined()
  })
})

test('asked twice for the same, it sends once', async () => {
  const user = await poor()
  const open = await opening(user, network.makeStream(gateway.node, user.address))
  // The same call, written in another way.
  const { signature, intent, ...rest } = open
  const upper = { ...intent, user: intent.user.toLowerCase() }
  const again = { signature, ...rest, intent: upper }
  const answers = [await relay(open), ...(await Promise.all([relay(open), relay(again)]))]
  expect(new Set(answers.map(({ body }) => body.transaction)).size).toBe(1)
})

test('money that is there once opens one stream, and the node pays for one transaction', async () => {
  const user = privateKeyToAccount(generatePrivateKey())
  await mintTestUsdc(network, network.deployment, { to: user.address, amount: USDC + FEE })
  const openings = [1, 2, 3].map(async () => opening(user, network.makeStream(gateway.node, user.address)))
  const before = await network.publicClient.getTransactionCount({ address: gateway.node })
  const outcomes = (await Promise.all((await Promise.all(openings)).map(relay))).map(outcome)
  expect(outcomes.toSorted()).toEqual(['RELAY_REFUSED', 'RELAY_REFUSED', 'ok'])
  expect((await network.publicClient.getTransactionCount({ address: gateway.node })) - before).toBe(1)
})

test('two at once get nonces of their own', async () => {
  const users = [await poor(), await poor()]
  const openings = await Promise.all(
    users.map(async (user) => opening(user, network.makeStream(gateway.node, user.address))),
  )
  await Promise.all(openings.map(relayed))
})

describe('a node', () => {
  let other: TestGateway
  afterEach(() => other.stop())
  const relayHere = (body: RelayRequest) =>
    ask<RelayResponse & Failure>(`${other.apiUrl}${routes.relay.path}`, { body })
  const another = async () => {
    const user = await poor()
    return opening(user, network.makeStream(other.node, user.address))
  }

  test('relays so many in an hour and no more', async () => {
    other = await startTestGateway(network, { env: { X4PN_RELAYS_PER_HOUR: '1' } })
    await other.ready()
    expect(outcome(await relayHere(await another()))).toBe('ok')
    expect(outcome(await relayHere(await another()))).toBe('RELAY_LIMITED')
  })

  test('that has no payout address relays nothing for a fee', async () => {
    other = await startTestGateway(network)
    await other.ready()
    const { walletClient, publicClient, contracts, mined } = network
    const args = [other.node] as const
    const { params } = await publicClient.readContract({ ...contracts.registry, functionName: 'nodeOf', args })
    const update = [other.node, { ...params, payout: zeroAddress }] as const
    await mined(await walletClient.writeContract({ ...contracts.registry, functionName: 'update', args: update }))
    await until(async () => outcome(await relayHere(await another())) === 'RELAY_UNAVAILABLE')
  })
})

test('what is relayed in an hour is limited, for one wallet and for all', () => {
  let now = 0
  const quota = new RelayQuota(25, () => now)
  const [one, other]: Address[] = [`0x${'a'.repeat(40)}`, `0x${'b'.repeat(40)}`]
  if (!one || !other) throw new Error('unreachable')
  const count = (user: Address) => Array.from({ length: 30 }, () => quota.take(user)).filter(Boolean).length
  expect(count(one)).toBe(20)
  expect(quota.take(one.toUpperCase().replace('0X', '0x') as Address)).toBe(false)
  expect(count(other)).toBe(5)
  now = 3_600_000
  expect(count(other)).toBe(20)
})

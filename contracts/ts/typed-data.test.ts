// Every typed message, signed by viem from this package's types, is accepted by the contract that verifies it.
import fc from 'fast-check'
import { keccak256, stringToHex, zeroAddress, zeroHash } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { depositIntentNonce, openIntentNonce, receiveWithAuthorizationTypes } from './authorization.ts'
import { streamId } from './stream-id.ts'
import { startTestChain, type TestChain } from './testing/test-chain.ts'
import { registryDomain, registryTypes, sessionsDomain, sessionsTypes } from './typed-data.ts'

const USDC = 1_000_000n

let chain: TestChain
let domain: ReturnType<typeof sessionsDomain>
const node = privateKeyToAccount(generatePrivateKey())
const feeTo = privateKeyToAccount(generatePrivateKey()).address
const newKey = () => privateKeyToAccount(generatePrivateKey()).address

beforeAll(async () => {
  chain = await startTestChain()
  domain = sessionsDomain({ chainId: chain.deployment.chainId, contract: chain.deployment.sessions })
  await chain.send(chain.contracts.sessions, 'deposit', [1000n * USDC])
})
afterAll(() => chain?.stop())

const deadlineIn = async (seconds: number) => (await chain.now()) + seconds
const readStream = (sessionKey: `0x${string}`) =>
  chain.publicClient.readContract({
    ...chain.contracts.sessions,
    functionName: 'stream',
    args: [streamId({ user: chain.user.address, node: node.address, sessionKey })],
  })

/** Signs an EIP-3009 authorization for the sessions contract. */
async function authorize(value: bigint, validBefore: number, nonce: `0x${string}`) {
  const { publicClient, contracts, deployment, user } = chain
  return user.signTypedData({
    domain: {
      name: await publicClient.readContract({ ...contracts.token, functionName: 'name' }),
      version: await publicClient.readContract({ ...contracts.token, functionName: 'version' }),
      chainId: deployment.chainId,
      verifyingContract: deployment.token,
    },
    types: receiveWithAuthorizationTypes,
    primaryType: 'ReceiveWithAuthorization',
    message: {
      from: user.address,
      to: deployment.sessions,
      value,
      validAfter: 0n,
      validBefore: BigInt(validBefore),
      nonce,
    },
  })
}

test('OpenIntent', async () => {
  const { send, contracts, user } = chain
  const intent = {
    user: user.address,
    node: node.address,
    sessionKey: newKey(),
    deposit: 5n * USDC,
    relayFee: 10_000n,
    feeTo,
  }
  const validBefore = await deadlineIn(300)
  const signature = await authorize(intent.deposit + intent.relayFee, validBefore, openIntentNonce(intent))
  await send(contracts.sessions, 'openWithAuthorization', [intent, 0n, BigInt(validBefore), signature])
  expect((await readStream(intent.sessionKey)).deposit).toBe(5n * USDC)
})

test('OpenFromBalance', async () => {
  const { send, contracts, user } = chain
  const message = {
    user: user.address,
    node: node.address,
    sessionKey: newKey(),
    deposit: 5n * USDC,
    relayFee: 0n,
    feeTo: zeroAddress,
    deadline: await deadlineIn(300),
  }
  const signature = await user.signTypedData({ domain, types: sessionsTypes, primaryType: 'OpenFromBalance', message })
  await send(contracts.sessions, 'openBySig', [message, signature])
  expect((await readStream(message.sessionKey)).deposit).toBe(5n * USDC)
})

test('DepositIntent', async () => {
  const { send, contracts, user, publicClient } = chain
  const intent = { from: user.address, user: feeTo, amount: 3n * USDC, salt: keccak256(stringToHex('salt')) }
  const validBefore = await deadlineIn(300)
  const signature = await authorize(intent.amount, validBefore, depositIntentNonce(intent))
  const readBalance = () =>
    publicClient.readContract({ ...contracts.sessions, functionName: 'balanceOf', args: [feeTo] })
  const before = await readBalance()
  const { from, amount, salt } = intent
  await send(contracts.sessions, 'depositWithAuthorization', [
    from,
    feeTo,
    amount,
    salt,
    0n,
    BigInt(validBefore),
    signature,
  ])
  expect((await readBalance()) - before).toBe(3n * USDC)
})

test('WithdrawIntent', async () => {
  const { send, contracts, user, publicClient } = chain
  const message = {
    user: user.address,
    to: newKey(),
    amount: USDC,
    relayFee: 1n,
    feeTo,
    deadline: await deadlineIn(86_400),
    salt: zeroHash,
  }
  const signature = await user.signTypedData({ domain, types: sessionsTypes, primaryType: 'WithdrawIntent', message })
  await send(contracts.sessions, 'withdrawBySig', [message, signature])
  expect(await publicClient.readContract({ ...contracts.token, functionName: 'balanceOf', args: [message.to] })).toBe(
    USDC,
  )
})

test('Stop and Release', async () => {
  const { send, contracts, user } = chain
  const session = privateKeyToAccount(generatePrivateKey())
  const stream = { user: user.address, node: node.address, sessionKey: session.address }
  await send(contracts.sessions, 'openFromBalance', [stream.node, stream.sessionKey, USDC])
  const stop = await session.signTypedData({ domain, types: sessionsTypes, primaryType: 'Stop', message: stream })
  await send(contracts.sessions, 'stopBySig', [stream.user, stream.node, stream.sessionKey, stop])
  expect((await readStream(session.address)).stoppedAt).toBe(await chain.now())

  const deadline = await deadlineIn(300)
  const terms = { ...stream, maxClaim: 0n, deposit: USDC, deadline }
  const release = await node.signTypedData({ domain, types: sessionsTypes, primaryType: 'Release', message: terms })
  await send(contracts.sessions, 'closeCooperative', [
    stream.user,
    stream.node,
    stream.sessionKey,
    0n,
    deadline,
    '0x',
    release,
  ])
  expect((await readStream(session.address)).flags).toBe(3)
})

test('NodeConsent', async () => {
  const { send, contracts, user, deployment, publicClient } = chain
  const message = { node: node.address, operator: user.address, deadline: await deadlineIn(300) }
  const consent = await node.signTypedData({
    domain: registryDomain({ chainId: deployment.chainId, contract: deployment.registry }),
    types: registryTypes,
    primaryType: 'NodeConsent',
    message,
  })
  const params = {
    payout: user.address,
    pricePerGiB: 20_000n,
    pricePerHour: 10_000n,
    country: stringToHex('DE'),
    flags: 0,
    commitment: zeroHash,
    apiUrl: 'https://node.example',
    metadataCid: '',
  }
  await send(contracts.registry, 'register', [node.address, params, message.deadline, consent])
  expect(
    await publicClient.readContract({ ...contracts.registry, functionName: 'isRegistered', args: [node.address] }),
  ).toBe(true)
})

test('nonces differ by every field', () => {
  const intent = { user: feeTo, node: feeTo, sessionKey: feeTo, deposit: 1n, relayFee: 1n, feeTo }
  fc.assert(
    fc.property(fc.constantFrom('user', 'node', 'sessionKey', 'deposit', 'relayFee', 'feeTo'), (field) => {
      const changed = { ...intent, [field]: typeof intent[field] === 'bigint' ? 2n : zeroAddress }
      expect(openIntentNonce(changed)).not.toBe(openIntentNonce(intent))
    }),
  )
})

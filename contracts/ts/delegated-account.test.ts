// EIP-7702 with real transactions: a user whose account runs another contract's code signs an opening, and is its node's
// key at the same time.
import { createWalletClient, http } from 'viem'
import { generatePrivateKey, mnemonicToAccount, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packSettleItems } from './pack.ts'
import { signReceipt } from './receipt.ts'
import { streamId } from './stream-id.ts'
import { startTestChain, type TestChain } from './testing/test-chain.ts'
import { sessionsDomain, sessionsTypes } from './typed-data.ts'

const USDC = 1_000_000n

let chain: TestChain

beforeAll(async () => {
  chain = await startTestChain()
})
afterAll(() => chain?.stop())

test('a delegated account opens by its key, relayed, and is paid as a node', async () => {
  const { contracts, deployment, publicClient, send, user, walletClient } = chain
  await send(contracts.sessions, 'deposit', [10n * USDC])
  // Code that answers no ERC-1271 question.
  const authorization = await walletClient.signAuthorization({ contractAddress: deployment.registry, executor: 'self' })
  const hash = await walletClient.sendTransaction({
    to: user.address,
    authorizationList: [authorization],
    gas: 100_000n,
  })
  await publicClient.waitForTransactionReceipt({ hash })
  expect(await publicClient.getCode({ address: user.address })).toBe(
    `0xef0100${deployment.registry.slice(2).toLowerCase()}`,
  )

  const session = privateKeyToAccount(generatePrivateKey())
  const context = { chainId: deployment.chainId, contract: deployment.sessions }
  const intent = {
    user: user.address,
    node: user.address,
    sessionKey: session.address,
    deposit: 4n * USDC,
    relayFee: 0n,
    feeTo: user.address,
    deadline: (await chain.now()) + 300,
  }
  const signature = await user.signTypedData({
    domain: sessionsDomain(context),
    types: sessionsTypes,
    primaryType: 'OpenFromBalance',
    message: intent,
  })
  const relayer = createWalletClient({
    account: mnemonicToAccount('test test test test test test test test test test test junk', { addressIndex: 1 }),
    chain: foundry,
    transport: http(publicClient.transport.url),
  })
  const opened = await relayer.writeContract({
    ...contracts.sessions,
    functionName: 'openBySig',
    args: [intent, signature],
  })
  expect((await publicClient.waitForTransactionReceipt({ hash: opened })).status).toBe('success')

  const claim = { user: user.address, node: user.address, cumulative: USDC, rate: 0n, start: 0, until: 0 }
  await send(contracts.sessions, 'settle', [
    user.address,
    packSettleItems([await signReceipt(session, context, claim)]),
  ])
  const id = streamId({ user: user.address, node: user.address, sessionKey: session.address })
  const stream = await publicClient.readContract({ ...contracts.sessions, functionName: 'stream', args: [id] })
  expect(stream).toMatchObject({ deposit: 4n * USDC, settled: USDC })
})

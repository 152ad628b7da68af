// A user without the chain's coin, from the first opening to the last withdrawal: others send everything, none of them
// can take more than the fee that was signed, and a copied transaction earns its copier nothing.
import { type Address, createWalletClient, type Hash, type Hex, http, keccak256, parseEther, toHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAuthorizationData } from './authorization.ts'
import { testPlainUsdcAbi } from './generated/abis.ts'
import { openFromBalanceData, stopData, withdrawData } from './intents.ts'
import { packSettleItems } from './pack.ts'
import { signReceipt } from './receipt.ts'
import { streamId } from './stream-id.ts'
import { deployPlainSessions } from './testing/deploy-plain-sessions.ts'
import { startTestChain, type TestChain } from './testing/test-chain.ts'

const DAY = 86_400
const SOON = 300
const SALT = keccak256(toHex('the last withdrawal'))

const newAccount = () => privateKeyToAccount(generatePrivateKey())
type Account = ReturnType<typeof newAccount>

let chain: TestChain
beforeAll(async () => {
  chain = await startTestChain()
})
afterAll(() => chain?.stop())

type Call = {
  functionName: 'openWithAuthorization' | 'openBySig' | 'settle' | 'stopBySig' | 'closeFor' | 'withdrawBySig'
  args: readonly unknown[]
}

/** A cast of people on one sessions contract, and what they do. */
async function createScene(sessions: Address, token: Address) {
  const { publicClient, testClient } = chain
  const people = {
    user: newAccount(),
    session: newAccount(),
    node: newAccount(),
    stranger: newAccount(),
    third: newAccount(),
    copier: newAccount(),
  }
  for (const sender of [people.node, people.stranger, people.third, people.copier]) {
    await testClient.setBalance({ address: sender.address, value: parseEther('1') })
  }
  const contract = { address: sessions, abi: chain.contracts.sessions.abi }
  const context = { chainId: chain.deployment.chainId, contract: sessions }
  const key = { user: people.user.address, node: people.node.address, sessionKey: people.session.address }

  const tokensOf = (owner: Account) =>
    publicClient.readContract({
      address: token,
      abi: testPlainUsdcAbi,
      functionName: 'balanceOf',
      args: [owner.address],
    })
  const freeBalanceOf = (owner: Account) =>
    publicClient.readContract({ ...contract, functionName: 'balanceOf', args: [owner.address] })
  const stream = () => publicClient.readContract({ ...contract, functionName: 'stream', args: [streamId(key)] })

  /** Puts a transaction into the pool. With its gas limit given, since an estimate fails where the copy goes first. */
  function submit(sender: Account, { functionName, args }: Call, tip: bigint): Promise<Hash> {
    const wallet = createWalletClient({ account: sender, chain: foundry, transport: http(chain.url) })
    const call: { abi: readonly unknown[]; functionName: string; args: readonly unknown[] } = {
      abi: contract.abi,
      functionName,
      args,
    }
    return wallet.writeContract({
      address: sessions,
      ...call,
      gas: 500_000n,
      maxPriorityFeePerGas: tip,
      maxFeePerGas: 10n ** 11n + tip,
    })
  }

  async function send(sender: Account, call: Call): Promise<void> {
    const hash = await submit(sender, call, 1n)
    const { status } = await publicClient.waitForTransactionReceipt({ hash })
    if (status !== 'success') throw new Error(`${call.functionName} reverted in ${hash}`)
  }

  /** The copier sees the transaction in the pool and has the same bytes mined before it. */
  async function sendAndBeCopied(sender: Account, call: Call): Promise<void> {
    await testClient.setAutomine(false)
    const original = await submit(sender, call, 1n)
    const copy = await submit(people.copier, call, 10n ** 9n)
    await testClient.mine({ blocks: 1 })
    await testClient.setAutomine(true)
    const [first, second] = await Promise.all(
      [copy, original].map((hash) => publicClient.waitForTransactionReceipt({ hash })),
    )
    expect([first?.transactionIndex, second?.transactionIndex]).toEqual([0, 1])
    expect([first?.status, second?.status]).toEqual(['success', 'reverted'])
    expect([await tokensOf(people.copier), await freeBalanceOf(people.copier)]).toEqual([0n, 0n])
  }

  async function requireNoCoin(): Promise<void> {
    expect(await publicClient.getBalance({ address: people.user.address })).toBe(0n)
    expect(await publicClient.getTransactionCount({ address: people.user.address })).toBe(transactions)
  }
  let transactions = 0

  return {
    ...people,
    contract,
    context,
    key,
    tokensOf,
    freeBalanceOf,
    stream,
    send,
    sendAndBeCopied,
    requireNoCoin,
    /** How many transactions the user has sent before it began. */
    after: (count: number) => {
      transactions = count
    },
  }
}

type Scene = Awaited<ReturnType<typeof createScene>>

/** From the opening on it is the same on every token: used, stopped, closed and withdrawn, each by somebody else. */
async function useStopCloseAndWithdraw(
  scene: Scene,
  amounts: { deposit: bigint; claim: bigint; relayFee: bigint; unopened: bigint },
  stopSigner: Account,
): Promise<void> {
  const { user, session, stranger, third, context, key, send, requireNoCoin } = scene
  const { deposit, claim, relayFee, unopened } = amounts
  const receipt = await signReceipt(session, context, { ...key, cumulative: claim, rate: 0n, start: 0, until: 0 })
  await send(stranger, { functionName: 'settle', args: [key.node, packSettleItems([receipt])] })

  const stop = await stopSigner.signTypedData(stopData(context, key))
  await scene.sendAndBeCopied(stranger, {
    functionName: 'stopBySig',
    args: [key.user, key.node, key.sessionKey, stop],
  })
  expect((await scene.stream()).stoppedAt).toBe(await chain.now())
  await requireNoCoin()

  await chain.testClient.increaseTime({ seconds: DAY })
  await scene.sendAndBeCopied(third, { functionName: 'closeFor', args: [key.user, key.node, key.sessionKey] })
  const refund = deposit - claim
  expect(await scene.freeBalanceOf(user)).toBe(unopened + refund)
  await requireNoCoin()

  const intent = {
    user: user.address,
    to: user.address,
    amount: unopened + refund - relayFee,
    relayFee,
    feeTo: third.address,
    deadline: (await chain.now()) + SOON,
    salt: SALT,
  }
  const withdrawal = await user.signTypedData(withdrawData(context, intent))
  const before = await scene.tokensOf(user)
  await scene.sendAndBeCopied(third, { functionName: 'withdrawBySig', args: [intent, withdrawal] })
  expect((await scene.tokensOf(user)) - before).toBe(intent.amount)
  expect(await scene.freeBalanceOf(user)).toBe(0n)
  // To the account that was signed, though the copier sent it.
  expect(await scene.freeBalanceOf(third)).toBe(relayFee)
  await requireNoCoin()
}

describe('with a token that has EIP-3009', () => {
  const USDC = 1_000_000n
  const deposit = 5n * USDC
  const relayFee = 20_000n

  test('one signature opens, relayed by the node; stopped, closed and withdrawn by strangers', async () => {
    const { deployment, contracts, send } = chain
    const scene = await createScene(deployment.sessions, deployment.token)
    const { user, node, key } = scene
    await send(contracts.token, 'mint', [user.address, 10n * USDC])

    const intent = { ...key, deposit, relayFee, feeTo: node.address }
    const validity = { validAfter: 0n, validBefore: BigInt((await chain.now()) + SOON) }
    const authorization = await user.signTypedData(openAuthorizationData(await tokenContext(), intent, validity))
    await scene.send(node, openCall(intent, validity, authorization))
    expect((await scene.stream()).deposit).toBe(deposit)
    expect(await scene.freeBalanceOf(node)).toBe(relayFee)
    await scene.requireNoCoin()

    const amounts = { deposit, claim: 1_500_000n, relayFee, unopened: 0n }
    await useStopCloseAndWithdraw(scene, amounts, scene.session)
    // What was used and the two fees, and nothing else.
    expect(await scene.tokensOf(user)).toBe(10n * USDC - 1_500_000n - 2n * relayFee)
  })

  test('a copied opening opens the same stream and pays the node', async () => {
    const { deployment, contracts, send } = chain
    const scene = await createScene(deployment.sessions, deployment.token)
    const { user, node, key } = scene
    await send(contracts.token, 'mint', [user.address, 10n * USDC])
    const intent = { ...key, deposit, relayFee, feeTo: node.address }
    const validity = { validAfter: 0n, validBefore: BigInt((await chain.now()) + SOON) }
    const authorization = await user.signTypedData(openAuthorizationData(await tokenContext(), intent, validity))
    await scene.sendAndBeCopied(node, openCall(intent, validity, authorization))
    expect((await scene.stream()).deposit).toBe(deposit)
    expect(await scene.freeBalanceOf(node)).toBe(relayFee)
    expect(await scene.tokensOf(user)).toBe(10n * USDC - deposit - relayFee)
    await scene.requireNoCoin()
  })

  const openCall = (intent: object, validity: { validAfter: bigint; validBefore: bigint }, signature: Hex): Call => ({
    functionName: 'openWithAuthorization',
    args: [intent, validity.validAfter, validity.validBefore, signature],
  })

  async function tokenContext() {
    const { deployment, contracts, publicClient } = chain
    const [name, version] = await Promise.all([
      publicClient.readContract({ ...contracts.token, functionName: 'name' }),
      publicClient.readContract({ ...contracts.token, functionName: 'version' }),
    ])
    const { chainId, token, sessions } = deployment
    return { sessions, tokenDomain: { name, version, chainId, verifyingContract: token } }
  }
})

describe('with a plain ERC-20 of 18 decimals, as on BSC', () => {
  const USDC = 10n ** 18n
  const deposit = 5n * USDC
  const relayFee = USDC / 50n

  test('from the free balance, after one deposit with a transaction', async () => {
    const { testClient, publicClient } = chain
    const { sessions, token } = await deployPlainSessions(chain, chain.deployment)
    const scene = await createScene(sessions, token)
    const { user, node, key, context } = scene
    await chain.send({ address: token, abi: testPlainUsdcAbi }, 'mint', [user.address, 10n * USDC])

    // The only two transactions of the user's own; then the coins are gone.
    await testClient.setBalance({ address: user.address, value: parseEther('1') })
    const wallet = createWalletClient({ account: user, chain: foundry, transport: http(chain.url) })
    const approved = await wallet.writeContract({
      address: token,
      abi: testPlainUsdcAbi,
      functionName: 'approve',
      args: [sessions, 10n * USDC],
    })
    await publicClient.waitForTransactionReceipt({ hash: approved })
    const deposited = await wallet.writeContract({ ...scene.contract, functionName: 'deposit', args: [10n * USDC] })
    await publicClient.waitForTransactionReceipt({ hash: deposited })
    await testClient.setBalance({ address: user.address, value: 0n })
    scene.after(2)

    const message = { ...key, deposit, relayFee, feeTo: node.address, deadline: (await chain.now()) + SOON }
    const signature = await user.signTypedData(openFromBalanceData(context, message))
    await scene.sendAndBeCopied(node, { functionName: 'openBySig', args: [message, signature] })
    expect((await scene.stream()).deposit).toBe(deposit)
    expect(await scene.freeBalanceOf(node)).toBe(relayFee)
    await scene.requireNoCoin()

    const unopened = 5n * USDC - relayFee
    const claim = (3n * USDC) / 2n
    await useStopCloseAndWithdraw(scene, { deposit, claim, relayFee, unopened }, user)
    expect(await scene.tokensOf(user)).toBe(10n * USDC - claim - 2n * relayFee)
  })
})

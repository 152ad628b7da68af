// Against a real chain: opening, adding, stopping, closing, withdrawing, opening without a transaction.
import { sessionsDomain, sessionsTypes, signReceipt, x4pnVpnSessionsAbi } from '@x4pn/contracts'
import type { Hash } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Network, sessionsContext } from '../network.ts'
import { createStream, type StreamRecord } from '../records.ts'
import { type Chain, registerNode, rich, someone, startChain } from '../testing/chain.ts'
import { authorizeOpen } from './authorize-open.ts'
import { readChallengeWindow, readFreeBalance, readStream, readTokenBalance } from './chain-state.ts'
import { authorizeStop, close, closeCooperative, signStop, stop } from './close.ts'
import { deposit, withdraw } from './deposit.ts'
import { open, openFromBalance, topUp } from './open.ts'
import type { WalletContext } from './send.ts'

const USDC = 1_000_000n
let chain: Chain
let network: Network
let context: WalletContext

beforeAll(async () => {
  chain = await startChain()
  const { client, deployment, rpcUrl } = chain
  network = { chainId: 31337, rpcUrls: [rpcUrl], subgraphUrls: [], deployment }
  context = { client, deployment, wallet: chain.walletOf(await someone(chain, 100n * USDC)) }
})

afterAll(() => chain?.stop())

function newStream(node: `0x${string}` = rich.address): StreamRecord {
  return createStream(network, { user: context.wallet.account.address, node })
}

describe('money', () => {
  test('opens from the wallet once, however often it is asked, and adds to it', async () => {
    const stream = newStream()
    const sent: Hash[] = []
    await open({ ...context, onSent: (hash) => void sent.push(hash) }, stream, 2n * USDC)
    expect(sent).toHaveLength(2)
    expect(await open(context, stream, 2n * USDC)).toBeUndefined()
    await topUp(context, stream, USDC)
    const state = await readStream(chain.client, chain.deployment, stream.stream)
    expect(state).toEqual({ status: 'open', deposit: 3n * USDC, settled: 0n, stoppedAt: 0 })
  })

  test('deposits, opens from the free balance, withdraws', async () => {
    const { address } = context.wallet.account
    await deposit(context, 3n * USDC)
    await openFromBalance(context, newStream(), USDC)
    await withdraw(context, address, USDC)
    expect(await readFreeBalance(chain.client, chain.deployment, address)).toBe(USDC)
    const tooMuch = openFromBalance(context, newStream(), 2n * USDC)
    await expect(tooMuch).rejects.toMatchObject({ code: 'BALANCE_TOO_LOW', available: USDC, needed: 2n * USDC })
  })

  test('stops; closing before the window is refused by name, and an id lives once', async () => {
    const stream = newStream()
    await open(context, stream, USDC)
    await stop(context, stream)
    const closing = close(context, stream, context.wallet.account.address)
    await expect(closing).rejects.toMatchObject({
      code: 'TRANSACTION_REFUSED',
      details: expect.stringMatching(/Sessions_WindowOpen: .+ can be closed without its node from \d{4}-/),
    })
    await expect(open(context, stream, USDC)).rejects.toMatchObject({ code: 'STREAM_NOT_OPEN' })
    await expect(topUp(context, stream, USDC)).rejects.toMatchObject({ code: 'STREAM_NOT_OPEN' })
  })

  test('the session key stops through a relayer', async () => {
    const stream = newStream()
    await open(context, stream, USDC)
    const hash = await chain.walletOf(rich).writeContract({
      address: stream.sessions,
      abi: x4pnVpnSessionsAbi,
      functionName: 'stopBySig',
      args: [stream.user, stream.node, stream.sessionKey, await signStop(stream)],
      account: rich,
      chain: null,
    })
    expect((await chain.client.waitForTransactionReceipt({ hash })).status).toBe('success')
    expect((await readStream(chain.client, chain.deployment, stream.stream)).status).toBe('stopped')
  })

  test('so does the wallet, where the session key is lost', async () => {
    const { sessionPrivateKey: _, ...stream } = newStream()
    await open(context, stream, USDC)
    const hash = await chain.walletOf(rich).writeContract({
      address: stream.sessions,
      abi: x4pnVpnSessionsAbi,
      functionName: 'stopBySig',
      args: [stream.user, stream.node, stream.sessionKey, await authorizeStop(context, stream)],
      account: rich,
      chain: null,
    })
    expect((await chain.client.waitForTransactionReceipt({ hash })).status).toBe('success')
    expect(await readChallengeWindow(chain.client, chain.deployment)).toBe(86_400n)
  })

  test("closes at once with the node's release", async () => {
    const node = await registerNode(chain, { apiUrl: 'https://release.example' })
    const stream = newStream(node.address)
    await open(context, stream, USDC)
    const { user, sessionKey } = stream
    const deadline = Number((await chain.client.getBlock()).timestamp) + 300
    const domain = sessionsDomain(sessionsContext(stream))
    const message = { user, node: node.address, sessionKey, maxClaim: 700n, deposit: USDC, deadline }
    const signature = await node.signTypedData({ domain, types: sessionsTypes, primaryType: 'Release', message })
    const account = privateKeyToAccount(stream.sessionPrivateKey)
    const claim = { user, node: node.address, cumulative: 900n, rate: 0n, start: 0, until: 0 }
    const receipt = await signReceipt(account, sessionsContext(stream), claim)
    const best = { ...receipt, cumulative: '900', rate: '0' }
    const before = await readFreeBalance(chain.client, chain.deployment, user)
    const release = { maxClaim: '700', deposit: USDC.toString(), deadline, signature }
    await closeCooperative(context, stream, release, best)
    expect((await readFreeBalance(chain.client, chain.deployment, user)) - before).toBe(USDC - 700n)
    expect((await readStream(chain.client, chain.deployment, stream.stream)).status).toBe('closed')
  })

  test('opens with one signature that somebody else sends', async () => {
    const stream = newStream()
    const authorized = await authorizeOpen(context, {
      stream,
      deposit: 2n * USDC,
      relayFee: 5_000n,
      feeTo: rich.address,
    })
    if (authorized.action !== 'openWithAuthorization') throw new Error(authorized.action)
    const { intent, validAfter, validBefore, signature } = authorized
    const hash = await chain.walletOf(rich).writeContract({
      address: stream.sessions,
      abi: x4pnVpnSessionsAbi,
      functionName: 'openWithAuthorization',
      args: [
        { ...intent, deposit: BigInt(intent.deposit), relayFee: BigInt(intent.relayFee) },
        BigInt(validAfter),
        BigInt(validBefore),
        signature,
      ],
      account: rich,
      chain: null,
    })
    expect((await chain.client.waitForTransactionReceipt({ hash })).status).toBe('success')
    const state = await readStream(chain.client, chain.deployment, stream.stream)
    expect(state).toMatchObject({ status: 'open', deposit: 2n * USDC })
    expect(await readFreeBalance(chain.client, chain.deployment, rich.address)).toBe(5_000n)
  })
})

describe('is refused before anything is sent', () => {
  test('without enough money', async () => {
    const before = await readTokenBalance(chain.client, chain.deployment, context.wallet.account.address)
    await expect(open(context, newStream(), before + 1n)).rejects.toMatchObject({
      code: 'BALANCE_TOO_LOW',
      available: before,
    })
  })

  test('on another chain, for another account, with a record of another network', async () => {
    const stream = newStream()
    const elsewhere = { ...context, deployment: { ...context.deployment, chainId: 1 } }
    const onChain1 = { ...stream, chainId: 1 }
    await expect(stop(elsewhere, onChain1)).rejects.toMatchObject({ code: 'WALLET_WRONG_CHAIN' })
    await expect(open(elsewhere, stream, USDC)).rejects.toMatchObject({ code: 'NETWORK_INVALID' })
    const other = { ...stream, user: rich.address }
    await expect(open(context, other, USDC)).rejects.toMatchObject({ code: 'WALLET_WRONG_ACCOUNT' })
    const authorization = { stream: other, deposit: USDC, relayFee: 0n, feeTo: rich.address }
    await expect(authorizeOpen(context, authorization)).rejects.toMatchObject({ code: 'WALLET_WRONG_ACCOUNT' })
  })
})

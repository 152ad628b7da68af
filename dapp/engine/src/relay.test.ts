// Openings, withdrawals and stops that somebody else sends, against a real chain; the answer may be lost on its way.
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import type { RelayRequest } from '@x4pn/gateway-api'
import type { Hash } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EngineError, GatewayError } from './errors.ts'
import type { Network } from './network.ts'
import { createStream } from './records.ts'
import { relay, relayOpen } from './relay.ts'
import { type Chain, rich, someone, startChain } from './testing/chain.ts'
import { authorizeOpen, authorizeOpenFromBalance } from './wallet/authorize-open.ts'
import { authorizeWithdraw } from './wallet/authorize-withdraw.ts'
import { readFreeBalance, readStream, readTokenBalance } from './wallet/chain-state.ts'
import { deposit } from './wallet/deposit.ts'
import type { WalletContext } from './wallet/send.ts'

const USDC = 1_000_000n
let chain: Chain
let network: Network
let context: WalletContext

beforeAll(async () => {
  chain = await startChain()
  network = { chainId: 31337, rpcUrls: [chain.rpcUrl], subgraphUrls: [], deployment: chain.deployment }
  context = {
    client: chain.client,
    deployment: chain.deployment,
    wallet: chain.walletOf(await someone(chain, 20n * USDC)),
  }
})
afterAll(() => chain?.stop())

const newStream = () => createStream(network, { user: context.wallet.account.address, node: rich.address })

/** A relayer that really sends; `then` may lose its answer. */
const relayer = (then: (transaction: Hash) => { transaction: Hash } = (transaction) => ({ transaction })) => ({
  relay: async (request: RelayRequest) => then(await send(request)),
})

async function send(request: RelayRequest): Promise<Hash> {
  const call = callOf(request)
  const base = { address: chain.deployment.sessions, abi: x4pnVpnSessionsAbi, account: rich, chain: null } as const
  const hash = await chain.walletOf(rich).writeContract({ ...base, ...call } as never)
  await chain.client.waitForTransactionReceipt({ hash })
  return hash
}

function callOf(request: RelayRequest): { functionName: string; args: unknown[] } {
  if (request.action === 'openWithAuthorization') {
    const { intent, validAfter, validBefore, signature } = request
    return { functionName: request.action, args: [intent, validAfter, validBefore, signature] }
  }
  if (request.action === 'openFromBalance') {
    return { functionName: 'openBySig', args: [request.intent, request.signature] }
  }
  if (request.action === 'withdraw') return { functionName: 'withdrawBySig', args: [request.intent, request.signature] }
  throw new Error(request.action)
}

const fee = { relayFee: 5_000n, feeTo: rich.address }

test('opens from the wallet, from the free balance, and withdraws, with one signature each', async () => {
  const { client, deployment } = context
  const user = context.wallet.account.address
  const first = newStream()
  const authorized = await authorizeOpen(context, { stream: first, deposit: USDC, ...fee })
  await relayOpen({ client, deployment, gateway: relayer(), stream: first, authorized })
  expect((await readStream(client, deployment, first.stream)).status).toBe('open')

  await deposit(context, 3n * USDC)
  const second = newStream()
  const options = { stream: second, deposit: USDC, ...fee }
  const fromBalance = await authorizeOpenFromBalance(context, options)
  await relayOpen({ client, deployment, gateway: relayer(), stream: second, authorized: fromBalance })
  expect((await readStream(client, deployment, second.stream)).deposit).toBe(USDC)

  const before = await readTokenBalance(client, deployment, user)
  const withdrawal = await authorizeWithdraw(context, { to: user, amount: USDC, ...fee })
  const isDone = async () => (await readFreeBalance(client, deployment, user)) < 2n * USDC - 5_000n
  await relay({ gateway: relayer() }, withdrawal, { isDone })
  expect((await readTokenBalance(client, deployment, user)) - before).toBe(USDC)
  expect(await readFreeBalance(client, deployment, user)).toBe(USDC - 2n * 5_000n)
})

test('the answer was lost: what the chain says counts', async () => {
  const { client, deployment } = context
  const stream = newStream()
  const authorized = await authorizeOpen(context, { stream, deposit: USDC, ...fee })
  const lost = relayer(() => {
    throw new EngineError('GATEWAY_UNREACHABLE')
  })
  await relayOpen({ client, deployment, gateway: lost, stream, authorized })
  // And again, which sends nothing.
  const never = { relay: () => Promise.reject(new Error('it was asked')) }
  await relayOpen({ client, deployment, gateway: never, stream, authorized })
})

test("a node's made-up hash is not believed", async () => {
  const { client, deployment } = context
  const stream = newStream()
  const authorized = await authorizeOpen(context, { stream, deposit: USDC, ...fee })
  const liar = { relay: async () => ({ transaction: `0x${'ab'.repeat(32)}` as const }) }
  const isDone = async () => (await readStream(client, deployment, stream.stream)).status === 'open'
  const asking = relay({ gateway: liar }, authorized, { isDone, patienceMs: 600 })
  await expect(asking).rejects.toMatchObject({ code: 'RELAY_UNCONFIRMED' })
})

test('a clear no is thrown at once, an unclear one when the chain has stayed silent', async () => {
  const { client, deployment } = context
  const stream = newStream()
  const authorized = await authorizeOpen(context, { stream, deposit: USDC, ...fee })
  const no = (code: 'RELAY_LIMITED' | 'RELAY_REFUSED') => ({
    relay: () => Promise.reject(new GatewayError({ error: { code, message: code, fix: '' } }, 400)),
  })
  const asking = { client, deployment, stream, authorized, patienceMs: 600 }
  await expect(relayOpen({ ...asking, gateway: no('RELAY_LIMITED') })).rejects.toMatchObject({ code: 'RELAY_LIMITED' })
  await expect(relayOpen({ ...asking, gateway: no('RELAY_REFUSED') })).rejects.toMatchObject({ code: 'RELAY_REFUSED' })
})

test('is refused before the wallet is asked, without enough money', async () => {
  const options = { stream: newStream(), deposit: 1_000n * USDC, ...fee }
  await expect(authorizeOpenFromBalance(context, options)).rejects.toMatchObject({ code: 'BALANCE_TOO_LOW' })
  const withdrawal = { to: rich.address, amount: 1_000n * USDC, ...fee }
  await expect(authorizeWithdraw(context, withdrawal)).rejects.toMatchObject({ code: 'BALANCE_TOO_LOW' })
})

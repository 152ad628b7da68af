// A user's streams: from a real chain, and from an index that keeps up with it.
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import { zeroHash } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readHistory } from './history.ts'
import type { Network } from './network.ts'
import { createStream } from './records.ts'
import { type Chain, rich, someone, startChain } from './testing/chain.ts'
import { readJson, sendJson, serve } from './testing/serve.ts'
import { open } from './wallet/open.ts'

const USDC = 1_000_000n
let chain: Chain
let network: Network

beforeAll(async () => {
  chain = await startChain()
  network = { chainId: 31337, rpcUrls: [chain.rpcUrl], subgraphUrls: [], deployment: chain.deployment }
})
afterAll(() => chain?.stop())

test('from the chain: newest first, with what was refunded', async () => {
  const account = await someone(chain, 10n * USDC)
  const context = { client: chain.client, deployment: chain.deployment, wallet: chain.walletOf(account) }
  const streams = [1n, 2n].map((amount) => ({
    amount: amount * USDC,
    stream: createStream(network, { user: account.address, node: rich.address }),
  }))
  for (const { stream, amount } of streams) await open(context, stream, amount)
  const [first, second] = streams.map(({ stream }) => stream)
  // The node lets the first one go: nothing was used.
  const item = `0x${account.address.slice(2)}${first?.sessionKey.slice(2)}${'00'.repeat(94)}` as const
  const hash = await chain.walletOf(rich).writeContract({
    address: chain.deployment.sessions,
    abi: x4pnVpnSessionsAbi,
    functionName: 'release',
    args: [item],
    account: rich,
    chain: null,
  })
  await chain.client.waitForTransactionReceipt({ hash })
  const history = await readHistory({ network, client: chain.client, user: account.address })
  expect(history.source).toBe('chain')
  expect(history.streams).toMatchObject([
    { stream: second?.stream, status: 'open', deposit: 2n * USDC, refund: 0n },
    { stream: first?.stream, status: 'closed', deposit: USDC, settled: 0n, refund: USDC, node: rich.address },
  ])
})

test('from an index that keeps up; one that lags, or answers nonsense, is passed over', async () => {
  const user = rich.address
  const entry = {
    id: zeroHash,
    node: { id: '0x5555555555555555555555555555555555555555' },
    sessionKey: '0x6666666666666666666666666666666666666666',
    deposit: '2000000',
    settled: '11',
    refund: '1999989',
    status: 'CLOSED',
    openedAt: '1700000000',
    stoppedAt: null,
    closedAt: '1700000100',
  }
  let block = 1_000_000
  let asked: unknown
  const url = await serve(async (request, response) => {
    asked = await readJson(request)
    sendJson(response, { data: { _meta: { block: { number: block }, hasIndexingErrors: false }, streams: [entry] } })
  })
  const broken = await serve((_, response) => sendJson(response, { data: { streams: 'none' } }))
  const indexed = { ...network, subgraphUrls: [broken, url] }
  const history = await readHistory({ network: indexed, client: chain.client, user })
  expect(history).toMatchObject({ source: url, blocksBehind: 0n })
  expect(history.streams).toMatchObject([
    { refund: 1_999_989n, status: 'closed', openedAt: 1_700_000_000, stoppedAt: 0 },
  ])
  expect(asked).toMatchObject({ variables: { user: user.toLowerCase() } })
  block = 0
  const behind = await readHistory({ network: indexed, client: chain.client, user, mostBlocksBehind: 0n })
  expect(behind.source).toBe('chain')
})

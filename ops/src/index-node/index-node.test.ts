// The index on a real chain: anvil, the contracts, Postgres and graph-node, and what GraphQL says about them.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { streamId, x4pnNodeRegistryAbi, x4pnVpnSessionsAbi } from '@x4pn/contracts'
import { freePort } from '@x4pn/subgraph/ports'
import { erc20Abi, zeroHash } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GraphNode, type GraphNodePorts, startGraphNode } from './graph-node.ts'
import { paths } from './paths.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { heir, operator, startTestChain, type TestChain, terms, user } from './test-chain.ts'
import { waitForBlock } from './wait-for-block.ts'

let folder: string
let chain: TestChain
let postgres: Postgres
let graphNode: GraphNode
const messages: string[] = []
const log = (line: string) => void messages.push(line)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'x4pn-index-test-'))
  // Postgres runs as another user than root and must be able to pass through.
  await chmod(folder, 0o711)
  chain = await startTestChain(log)
  postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: await freePort(), log })
  graphNode = await startGraphNode(await indexOptions())
})

afterAll(async () => {
  await graphNode?.stop()
  await postgres?.stop()
  await chain?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('a registered node and an opened stream appear with their numbers', async () => {
  const node = privateKeyToAccount(generatePrivateKey())
  const sessionKey = privateKeyToAccount(generatePrivateKey()).address
  await chain.register(node, terms)
  const token = { address: chain.deployment.token, abi: erc20Abi } as const
  await chain.mined(
    chain
      .walletOf(user)
      .writeContract({ ...token, functionName: 'approve', args: [chain.deployment.sessions, 9_000_000n] }),
  )
  const sessions = { address: chain.deployment.sessions, abi: x4pnVpnSessionsAbi } as const
  await chain.mined(chain.walletOf(user).writeContract({ ...sessions, functionName: 'deposit', args: [4_000_000n] }))
  await chain.mined(
    chain.walletOf(user).writeContract({
      ...sessions,
      functionName: 'openFromBalance',
      args: [node.address, sessionKey, 1_500_000n],
    }),
  )
  const opened = await chain.mined(
    chain.walletOf(user).writeContract({
      ...sessions,
      functionName: 'topUp',
      args: [user.address, node.address, sessionKey, 250_000n],
    }),
  )
  await waitForBlock(graphNode.queryUrl, opened, 10_000)

  const id = streamId({ user: user.address, node: node.address, sessionKey })
  const answer = await query(`{
    node(id: "${node.address.toLowerCase()}") {
      operator { id nodeCount } payout pricePerGiB pricePerHour country flags retired listed commitment apiUrl metadataCid
      streamCount openStreamCount balance
    }
    stream(id: "${id}") { status deposit settled refund sessionKey user { id balance escrowed } }
  }`)
  expect(answer).toEqual({
    node: {
      operator: { id: operator.address.toLowerCase(), nodeCount: 1 },
      payout: operator.address.toLowerCase(),
      pricePerGiB: '50000',
      pricePerHour: '2000',
      country: 'DE',
      flags: 0,
      retired: false,
      listed: true,
      commitment: terms.commitment,
      apiUrl: 'https://node.example',
      metadataCid: 'bafynode',
      streamCount: 1,
      openStreamCount: 1,
      balance: '0',
    },
    stream: {
      status: 'OPEN',
      deposit: '1750000',
      settled: '0',
      refund: '0',
      sessionKey: sessionKey.toLowerCase(),
      user: { id: user.address.toLowerCase(), balance: '2500000', escrowed: '1750000' },
    },
  })
})

// `gnd test` cannot encode the tuple in NodeRegistered and NodeUpdated, so these two are told by the real contract.
test('changes, succession and a new operator are followed, and hostile text is only text', async () => {
  const node = privateKeyToAccount(generatePrivateKey())
  const successor = privateKeyToAccount(generatePrivateKey())
  // A fixed limit: anvil estimates at the last block's second, where writing the time of change costs nothing.
  const registry = { address: chain.deployment.registry, abi: x4pnNodeRegistryAbi, gas: 500_000n } as const
  const unsaid = { payout: `0x${'00'.repeat(20)}`, country: '0x0000', metadataCid: '' } as const
  await chain.register(node, {
    ...terms,
    ...unsaid,
    apiUrl: 'x\u0000<b>"\u202e\ud83d\ude00',
    pricePerGiB: 2n ** 96n - 1n,
  })
  await chain.mined(
    chain
      .walletOf(operator)
      .writeContract({ ...registry, functionName: 'setPayout', args: [node.address, user.address] }),
  )
  const changed = {
    ...terms,
    ...unsaid,
    payout: user.address,
    country: '0x4652',
    apiUrl: 'https://changed.example',
  } as const
  await chain.mined(
    chain.walletOf(operator).writeContract({ ...registry, functionName: 'update', args: [node.address, changed] }),
  )
  const consent = await chain.consentOf(successor)
  await chain.mined(
    chain.walletOf(operator).writeContract({
      ...registry,
      functionName: 'succeed',
      args: [node.address, successor.address, consent.deadline, consent.signature],
    }),
  )
  await chain.mined(
    chain.walletOf(operator).writeContract({
      ...registry,
      functionName: 'transferOperator',
      args: [successor.address, heir.address],
    }),
  )
  const accepted = await chain.mined(
    chain.walletOf(heir).writeContract({ ...registry, functionName: 'acceptOperator', args: [successor.address] }),
  )
  await waitForBlock(graphNode.queryUrl, accepted, 10_000)

  const fields =
    'listed retired registered operator { id } pendingOperator { id } successor { id } payout country commitment apiUrl metadataCid'
  const answer = await query(`{
    old: node(id: "${node.address.toLowerCase()}") {
      ${fields} updates(orderBy: block) { registration payout pricePerGiB country flags apiUrl }
    }
    next: node(id: "${successor.address.toLowerCase()}") { ${fields} predecessors { id } }
    heir: operator(id: "${heir.address.toLowerCase()}") { nodeCount }
  }`)
  const said = { country: 'FR', apiUrl: 'https://changed.example', payout: user.address.toLowerCase() }
  expect(answer).toEqual({
    old: {
      ...said,
      listed: false,
      retired: true,
      registered: true,
      operator: { id: operator.address.toLowerCase() },
      pendingOperator: null,
      successor: { id: successor.address.toLowerCase() },
      commitment: terms.commitment,
      metadataCid: null,
      updates: [
        {
          registration: true,
          payout: null,
          pricePerGiB: String(2n ** 96n - 1n),
          country: null,
          flags: 0,
          apiUrl: 'x<b>"\u202e\ud83d\ude00',
        },
        {
          registration: false,
          payout: said.payout,
          pricePerGiB: String(2n ** 96n - 1n),
          country: null,
          flags: 0,
          apiUrl: 'x<b>"\u202e\ud83d\ude00',
        },
        { registration: false, ...said, pricePerGiB: '50000', flags: 0 },
        { registration: false, ...said, pricePerGiB: '50000', flags: 1 },
      ],
    },
    next: {
      ...said,
      listed: true,
      retired: false,
      registered: true,
      operator: { id: heir.address.toLowerCase() },
      pendingOperator: null,
      successor: null,
      commitment: zeroHash,
      metadataCid: null,
      predecessors: [{ id: node.address.toLowerCase() }],
    },
    heir: { nodeCount: 1 },
  })
})

test('the index keeps up with the chain, block by block', async () => {
  const lags: number[] = []
  for (let round = 0; round < 5; round++) {
    const next = (await chain.publicClient.getBlockNumber()) + 1n
    await expect
      .poll(() => chain.publicClient.getBlockNumber(), { timeout: 5_000, interval: 20 })
      .toBeGreaterThanOrEqual(next)
    const mined = performance.now()
    await waitForBlock(graphNode.queryUrl, next, 10_000)
    lags.push(Math.round(performance.now() - mined))
  }
  log(`lags in ms: ${lags.join(' ')}`)
  // How fast is for the log: a loaded machine is no failure.
  expect(lags).toHaveLength(5)
})

test('waiting for a block that does not come says where the index is', async () => {
  await expect(waitForBlock(graphNode.queryUrl, 10n ** 9n, 500)).rejects.toThrow(
    /did not reach block 1000000000 .* it is at block \d+/,
  )
})

test('a taken port is named, and a start that fails leaves nothing behind', async () => {
  const options = await indexOptions('failing')
  const taken = Number(new URL(chain.rpcUrl).port)
  await expect(startGraphNode({ ...options, ports: { ...options.ports, metrics: taken } })).rejects.toThrow(
    `port ${taken} for graph-node's metrics is taken`,
  )
  await expect(startPostgres({ dataDir: join(folder, 'second'), port: taken, log })).rejects.toThrow(`port ${taken}`)
  await expect(startGraphNode({ ...options, postgresUrl: 'not a url' })).rejects.toThrow(/gnd dev .* while starting/)
  expect(await processesNaming(options.workDir)).toEqual([])
  expect(await readdir(options.workDir)).toEqual([])
})

test('a folder with other files is not taken for a database', async () => {
  await mkdir(join(folder, 'precious', 'files'), { recursive: true })
  await expect(startPostgres({ dataDir: join(folder, 'precious'), port: await freePort(), log })).rejects.toThrow(
    /nothing was deleted/,
  )
  expect(await readdir(join(folder, 'precious'))).toEqual(['files'])
})

test('the queries in the README are valid', async () => {
  const text = await readFile(join(paths.subgraph, 'README.md'), 'utf8')
  const examples = [...text.matchAll(/```graphql\n(.*?)```/gs)].map(([, example]) => example ?? '')
  expect(examples.length).toBeGreaterThan(3)
  const address = operator.address.toLowerCase()
  for (const example of examples) await query(example.replace('0x…', address), { user: address })
  await query('{ protocolStats(interval: "hour", current: include) { deposited } }')
  await query('{ nodes(block: { number_gte: 1 }) { id } epoches { number } }')
})

test('stopping ends every process and deletes what was written', async () => {
  expect((await processesNaming(folder)).length).toBeGreaterThan(1)
  await Promise.all([graphNode.stop(), graphNode.stop()])
  await postgres.stop()
  await sleep(100)
  expect(await processesNaming(folder)).toEqual([])
  await expect(fetch(graphNode.queryUrl)).rejects.toThrow()
  expect(await readdir(join(folder, 'index'))).toEqual([])
  expect(await readdir(folder)).not.toContain('postgres')
})

async function indexOptions(name = 'index') {
  const names = ['graphql', 'admin', 'indexNode', 'metrics', 'ipfs'] as const
  const ports = Object.fromEntries(
    await Promise.all(names.map(async (key) => [key, await freePort()])),
  ) as GraphNodePorts
  const { rpcUrl, deployment } = chain
  return { rpcUrl, deployment, postgresUrl: postgres.url, ports, workDir: join(folder, name), log }
}

async function query(text: string, variables: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(graphNode.queryUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text, variables }),
  })
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown }
  expect(errors).toBeUndefined()
  return data
}

/** Command lines of running processes that name the folder: Postgres by its data, graph-node by its manifest. */
async function processesNaming(path: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const commands = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
  return commands.filter((command) => command.includes(path))
}

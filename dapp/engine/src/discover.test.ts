// Against a real chain: what the registry and an index offer.
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { discoverNodes } from './discover.ts'
import { type Network, publicClientFor } from './network.ts'
import { readAllNodes, readNode } from './registry.ts'
import { type Chain, registerNode, rich, startChain } from './testing/chain.ts'
import { fakeNode } from './testing/fake-node.ts'
import { readJson, sendJson, serve } from './testing/serve.ts'
import { verifyNode } from './verify-node.ts'

let chain: Chain
let network: Network

beforeAll(async () => {
  chain = await startChain()
  network = { chainId: 31337, rpcUrls: [chain.rpcUrl], subgraphUrls: [], deployment: chain.deployment }
})

afterAll(() => chain?.stop())

describe('nodes', () => {
  test('are read from the registry, and only what can be called is offered', async () => {
    const good = await registerNode(chain, { apiUrl: 'https://good.example' })
    const retired = await registerNode(chain, { apiUrl: 'https://retired.example', flags: 1 })
    const evil = await registerNode(chain, { apiUrl: 'https://evil.example/"><script>' }).catch(() => undefined)
    const { nodes, source } = await discoverNodes({ network, client: chain.client })
    const ids = nodes.map(({ node }) => node)
    expect(source).toBe('chain')
    expect(ids).toContain(good.address)
    expect(ids).not.toContain(retired.address)
    expect(ids).not.toContain(evil?.address)
    expect(await readNode(publicClientFor(network), chain.deployment, good.address)).toMatchObject({
      apiUrl: 'https://good.example',
      country: 'DE',
      metadataCid: undefined,
      operator: rich.address,
      pricePerGiB: 50_000n,
      retired: false,
    })
    expect((await readAllNodes(chain.client, chain.deployment)).find((n) => n.node === retired.address)?.retired).toBe(
      true,
    )
  })

  test('an unknown one is not a chain that does not answer', async () => {
    const nobody = privateKeyToAccount(generatePrivateKey()).address
    await expect(readNode(chain.client, chain.deployment, nobody)).rejects.toMatchObject({ code: 'NODE_UNKNOWN' })
    const offline = publicClientFor({ ...network, rpcUrls: ['http://127.0.0.1:1'] })
    await expect(readNode(offline, chain.deployment, nobody)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
  })

  test('an index that keeps up is taken, one behind or broken is not', async () => {
    const listed = {
      id: '0x5555555555555555555555555555555555555555',
      operator: { id: '0x6666666666666666666666666666666666666666' },
      payout: null,
      pricePerGiB: '1',
      pricePerHour: '2',
      country: null,
      commitment: `0x${'ab'.repeat(32)}`,
      apiUrl: 'https://indexed.example',
      metadataCid: null,
    }
    let meta = { block: { number: Number(await chain.client.getBlockNumber()) }, hasIndexingErrors: false }
    const pages: unknown[] = []
    const index = await serve(async (request, response) => {
      const { variables } = (await readJson(request)) as { variables: { after: string } }
      pages.push(variables.after)
      sendJson(response, { data: { _meta: meta, nodes: [listed, { ...listed, apiUrl: 'ftp://x' }] } })
    })
    const options = { network: { ...network, subgraphUrls: ['http://127.0.0.1:1', index] }, client: chain.client }
    const found = await discoverNodes(options)
    expect(found.nodes.map(({ apiUrl }) => apiUrl)).toEqual(['https://indexed.example'])
    expect(found.source).toBe(index)
    expect(found.indexes).toEqual([
      { url: 'http://127.0.0.1:1', problem: 'unreachable' },
      { url: index, blocksBehind: 0n },
    ])
    expect(pages).toEqual(['0x'])

    meta = { ...meta, hasIndexingErrors: true }
    expect(await discoverNodes(options)).toMatchObject({ source: 'chain', indexes: [{}, { problem: 'failed' }] })
    meta = { block: { number: 0 }, hasIndexingErrors: false }
    const strict = await discoverNodes({ ...options, mostBlocksBehind: 1n })
    expect(strict).toMatchObject({ source: 'chain', indexes: [{}, { problem: 'behind' }] })
  })

  test('one is verified against the chain', async () => {
    let answer: unknown
    const apiUrl = await serve((_, response) => sendJson(response, answer))
    const { account, listed, info } = fakeNode(apiUrl, chain.deployment)
    await registerNode(chain, { apiUrl, account, commitment: listed.commitment })
    const options = { client: chain.client, deployment: chain.deployment, node: account.address }
    const expiry = Math.floor(Date.now() / 1000) + 3600
    answer = await info({ expiry })
    expect(await verifyNode(options)).toMatchObject({ info: answer, listed: { apiUrl, pricePerGiB: 50_000n } })
    answer = await info({ expiry, pricePerGiB: '50001' })
    await expect(verifyNode(options)).rejects.toMatchObject({ code: 'NODE_PRICE_MISMATCH' })
    const retired = await registerNode(chain, { apiUrl, flags: 1 })
    await expect(verifyNode({ ...options, node: retired.address })).rejects.toMatchObject({ code: 'NODE_RETIRED' })
  })
})

// Joins with a local chain and peers really added, against the three things that no join can do without.
import { randomBytes } from 'node:crypto'
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import { execa } from 'execa'
import { Pool } from 'undici'
import { encodeFunctionData, type Hash } from 'viem'
import { recoverLong, signLong } from '../../../../gateway/src/crypto/signature.ts'
import { deriveKeys } from '../../../../gateway/src/keys.ts'
import { startNetwork, type TestNetwork } from '../../../../gateway/src/testing/network.ts'
import { registerNode } from '../../../../gateway/src/testing/register.ts'
import { all, type Figure, type Measured } from '../figure.ts'
import { atOnce } from '../load.ts'
import { type BenchClient, makeClient, signInBody } from './clients.ts'
import { bareInterface, randomPeers } from './interface.ts'
import { prepareNode, startNode } from './node.ts'

const CONCURRENCY = 64
const ROUNDS = 8
const JOINS = 256

export async function benchJoins(): Promise<Figure[]> {
  const network = await startNetwork()
  const { chainId, sessions, registry } = network.deployment
  const node = await prepareNode({
    X4PN_CHAIN_ID: String(chainId),
    X4PN_RPC_URLS: network.rpcUrl,
    X4PN_SESSIONS: sessions,
    X4PN_REGISTRY: registry,
  })
  await registerNode(network, node.config, deriveKeys(node.config.nodeKey))
  const gateway = await startNode(node)
  const api = new Pool(node.config.apiUrl, { connections: CONCURRENCY })
  const rpc = new Pool(network.rpcUrl, { connections: CONCURRENCY })
  try {
    const bare = await bareInterface('bare0')
    const joined: Measured[] = []
    const needed: Measured[][] = []
    // The first round is not counted: what runs for the first time is compiled first.
    for (let round = 0; round <= ROUNDS; round++) {
      const clients = await openStreams(network, node.keys.account.address)
      const things = await threeThings(rpc, network, clients, bare.set)
      const bodies = clients.map((client) => JSON.stringify(signInBody(node, client)))
      const joins = await atOnce(CONCURRENCY, bodies, (body) => join(api, body))
      if (round === 0) continue
      needed.push(things)
      joined.push(joins)
    }
    const { perSecond, p50, p99 } = all(joined)
    const took = needed.flat().reduce((sum, part) => sum + part.took, 0)
    return [
      {
        name: `joins, ${CONCURRENCY} at once`,
        value: perSecond,
        unit: '/s',
        p50,
        p99,
        reference: { name: 'eth_call + recovery + peer in wg set', value: (ROUNDS * JOINS * 1000) / took },
        target: { atLeast: 0.3 },
      },
    ]
  } finally {
    await Promise.all([api.destroy(), rpc.destroy(), execa('ip', ['link', 'delete', 'bare0'], { reject: false })])
    await gateway.stop()
    network.stop()
  }
}

async function join(api: Pool, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await api.request({ method: 'POST', path: '/v1/sessions', headers, body })
  const text = await answer.body.text()
  if (answer.statusCode !== 200) throw new Error(text)
}

/** Each at its best: the calls as many at once as the joins, the recoveries on one core, the peers by one command. */
async function threeThings(
  rpc: Pool,
  { deployment }: TestNetwork,
  clients: readonly BenchClient[],
  setPeers: (peers: ReturnType<typeof randomPeers>) => Promise<void>,
): Promise<Measured[]> {
  const call = async ({ stream }: BenchClient) => {
    const data = encodeFunctionData({ abi: x4pnVpnSessionsAbi, functionName: 'stream', args: [stream] })
    const params = [{ to: deployment.sessions, data }, 'latest']
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params })
    const headers = { 'content-type': 'application/json' }
    await (await rpc.request({ method: 'POST', path: '/', headers, body })).body.json()
  }
  const hash = randomBytes(32)
  const signature = signLong(hash, randomBytes(32))
  const peers = randomPeers(clients.length)
  return [
    await atOnce(CONCURRENCY, clients, call),
    await atOnce(1, clients, async () => recoverLong(hash, signature)),
    await atOnce(1, [peers], setPeers),
  ]
}

async function openStreams(network: TestNetwork, node: `0x${string}`): Promise<BenchClient[]> {
  const { publicClient, walletClient, contracts, mined } = network
  const clients = Array.from({ length: JOINS }, () => makeClient(node, network.user.address))
  let nonce = await publicClient.getTransactionCount({ address: network.user.address })
  const hashes: Hash[] = []
  for (const { sessionKey } of clients) {
    const args = [node, sessionKey, 1_000_000n] as const
    const call = { ...contracts.sessions, functionName: 'open', args, nonce: nonce++, gas: 400_000n } as const
    hashes.push(await walletClient.writeContract(call))
  }
  const last = hashes.at(-1)
  if (last) await mined(last)
  return clients
}

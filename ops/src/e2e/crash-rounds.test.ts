// Killed at random instants under traffic, joins, rotations, receipts and settlement, on a disk that forgets what was
// not synced; every second time interface and table are destroyed too. CRASH_ROUNDS says how often, CRASH_SEED repeats.
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import { execa } from 'execa'
import { type Hash, type Hex, parseAbi } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { interfaceBytes } from '../demo/session.ts'
import { clientsFor, LOCAL_CHAIN_ID } from '../local/chain.ts'
import { sleep } from '../wait.ts'
import { startTestNetwork, type TestNetwork } from './harness.ts'
import { LightClient } from './light-client.ts'

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 6)
const SEED = Number(process.env.CRASH_SEED ?? Date.now() % 2 ** 31)
/** Streams that pay from the beginning; one more joins in each round. */
const FIRST = 6
const DEPOSIT = 200_000n
const MIB = 2 ** 20
/** Milliseconds of life in a round, at most. */
const LONGEST_LIFE = 1_500
const ENTRY = resolve(import.meta.dirname, '../../../gateway/src/testing/crash-entry.ts')
const erc20 = parseAbi(['function approve(address spender, uint256 amount) returns (bool)'])

let network: TestNetwork
let session: Awaited<ReturnType<TestNetwork['connect']>>
let clients: LightClient[]

beforeAll(async () => {
  process.stderr.write(`crash: ${ROUNDS} rounds, CRASH_SEED=${SEED}\n`)
  const env = { X4PN_SETTLE_VALUE: '2000', X4PN_REQUESTS_PER_MINUTE: '1000000' }
  network = await startTestNetwork('crash-rounds', { entry: ENTRY, env })
  session = await network.connect('user')
  clients = await openStreams(FIRST + ROUNDS)
  for (const client of clients.slice(0, FIRST)) await client.join()
})
afterAll(() => network?.stop())

/** The same numbers for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
const random = randomNumbers(SEED)

async function openStreams(count: number): Promise<LightClient[]> {
  const { publicClient, walletClient } = clientsFor(network.chain.rpcUrl, 'visitor')
  const { sessions, token } = network.deployment
  const { node, apiUrl } = network.gateway
  const { address } = walletClient.account
  const opened = Array.from(
    { length: count },
    () => new LightClient({ apiUrl, node, chainId: LOCAL_CHAIN_ID, sessions }, address),
  )
  let nonce = await publicClient.getTransactionCount({ address })
  const approve = { address: token, abi: erc20, functionName: 'approve', args: [sessions, 2n ** 255n] } as const
  let last: Hash = await walletClient.writeContract({ ...approve, nonce: nonce++ })
  for (const { sessionKey } of opened) {
    const args = [node, sessionKey, DEPOSIT] as const
    const open = { address: sessions, abi: x4pnVpnSessionsAbi, functionName: 'open', args, gas: 400_000n } as const
    last = await walletClient.writeContract({ ...open, nonce: nonce++ })
  }
  const { status } = await publicClient.waitForTransactionReceipt({ hash: last })
  expect(status).toBe('success')
  return opened
}

const settledOf = async ({ stream }: LightClient): Promise<bigint> => {
  const { publicClient } = clientsFor(network.chain.rpcUrl, 'visitor')
  const call = { address: network.deployment.sessions, abi: x4pnVpnSessionsAbi, functionName: 'stream' } as const
  return (await publicClient.readContract({ ...call, args: [stream] })).settled
}

const inNamespace = (namespace: string, command: string, ...args: string[]) =>
  execa('ip', ['netns', 'exec', namespace, command, ...args])
const inNode = (command: string, ...args: string[]) => inNamespace(network.base.slot.namespaces.node, command, ...args)

/** WireGuard keys by IPv4 address, each with /32. */
async function peers(): Promise<Map<string, Hex[]>> {
  const { stdout } = await inNode('wg', 'show', network.base.slot.interfaces.node, 'allowed-ips')
  const found = new Map<string, Hex[]>()
  for (const line of stdout.split('\n')) {
    const [key = '', address4 = ''] = line.split(/\s+/)
    found.set(address4, [...(found.get(address4) ?? []), `0x${Buffer.from(key, 'base64').toString('hex')}`])
  }
  return found
}

/** Pays, joins and rotates until the gateway is dead, and for a random time at most. */
async function liveAndDie(newcomer: LightClient | undefined): Promise<void> {
  let alive = true
  // What a crash cuts off fails; what must hold afterwards is checked then.
  const quietly = (work: Promise<unknown>) => work.catch(() => {})
  const paying = clients
    .filter(({ acknowledgedKey }) => acknowledgedKey)
    .slice(-FIRST)
    .map(async (client) => {
      while (alive && client.signed < DEPOSIT - 1_000n) {
        await quietly(client.pay(BigInt(1 + Math.floor(random() * 200))))
        await sleep(random() * 30)
      }
    })
  const life = random() * LONGEST_LIFE
  const later = async (work: () => Promise<unknown>) => {
    await sleep(random() * life)
    await quietly(work())
  }
  const rotating = clients[Math.floor(random() * FIRST)]
  const download = quietly(session.client.ask('download', 32 * MIB, LONGEST_LIFE))
  const others = [later(async () => newcomer?.join()), later(async () => rotating?.join())]
  await sleep(life)
  await network.gateway.kill()
  alive = false
  await session.client.ask('cancelTransfers')
  await Promise.all([...paying, ...others, download])
}

async function destroyTunnel(): Promise<void> {
  const { interfaces, namespaces } = network.base.slot
  await inNode('ip', 'link', 'delete', interfaces.node)
  await inNode('nft', 'delete', 'table', 'inet', interfaces.node)
  // A client waits 15 s before it makes new keys with a peer that forgot the old ones: this one is told.
  const { stdout } = await inNamespace(namespaces.client, 'wg', 'showconf', interfaces.client)
  const key = /PublicKey = (\S+)/.exec(stdout)?.[1] ?? ''
  await inNamespace(namespaces.client, 'wg', 'set', interfaces.client, 'peer', key, 'remove')
  const file = join(network.base.folder, 'peer.conf')
  await writeFile(file, stdout, { mode: 0o600 })
  await inNamespace(namespaces.client, 'wg', 'addconf', interfaces.client, file)
}

async function expectEverythingBack(round: number): Promise<void> {
  const found = await peers()
  for (const client of clients) {
    const { acknowledgedKey, askedKeys, address4, acknowledged, signed } = client
    if (acknowledgedKey === undefined || address4 === undefined) continue
    const mayBeInForce = askedKeys.slice(askedKeys.indexOf(acknowledgedKey))
    const keys = found.get(address4) ?? []
    expect(keys, `round ${round}: peers at ${address4}`).toHaveLength(1)
    expect(mayBeInForce, `round ${round}: the key of ${client.stream}`).toContain(keys[0])
    const usage = await client.usage()
    const claimed = BigInt(usage.claimed)
    expect(claimed >= acknowledged, `round ${round}: ${claimed} of ${acknowledged} acknowledged`).toBe(true)
    expect(claimed <= signed, `round ${round}: ${claimed} of ${signed} signed`).toBe(true)
    expect(usage.served, `round ${round}: ${client.stream} is served`).toBe(true)
  }
  // Nobody is in the tunnel who never asked: the streams and the client with the real one.
  expect([...found.values()].flat().length).toBeLessThanOrEqual(
    clients.filter(({ askedKeys: { length } }) => length).length + 1,
  )
}

const settledBefore = new Map<LightClient, bigint>()

async function expectPaidOnce(round: number): Promise<void> {
  for (const client of clients) {
    const settled = await settledOf(client)
    expect(settled >= (settledBefore.get(client) ?? 0n), `round ${round}: settled falls`).toBe(true)
    expect(settled <= client.signed, `round ${round}: ${settled} of ${client.signed} signed`).toBe(true)
    settledBefore.set(client, settled)
  }
}

test(
  'killed at any instant: nothing acknowledged is lost, nothing counted or paid twice, every session is back',
  async () => {
    let destroyed = 0
    let counted = 0
    for (let round = 0; round < ROUNDS; round++) {
      if (round % 20 === 0) process.stderr.write(`crash: round ${round}\n`)
      await liveAndDie(clients[FIRST + round])
      if (round % 2 === 1) {
        await destroyTunnel()
        destroyed++
      }
      await network.gateway.start()
      await expectEverythingBack(round)
      if (round % 10 === 9 || round === ROUNDS - 1) await expectPaidOnce(round)
      const { usage } = await session.client.ask('payState')
      const own = await interfaceBytes(session.client)
      counted = Number(usage?.usedBytes ?? 0)
      // What is counted and does not arrive is in the queues of an interface that was destroyed: a few MiB each time.
      expect(counted, `round ${round}: counted against ${own}`).toBeLessThanOrEqual(
        own * 1.02 + (1 + destroyed) * 4 * MIB,
      )
    }
    await network.gateway.stop()
    await expectPaidOnce(ROUNDS)
    for (const client of clients) {
      const settled = settledBefore.get(client) ?? 0n
      expect(settled >= client.acknowledged, `${settled} of ${client.acknowledged} acknowledged is settled`).toBe(true)
    }
    const settled = [...settledBefore.values()].reduce((sum, each) => sum + each, 0n)
    const joined = clients.filter(({ acknowledgedKey }) => acknowledgedKey).length
    const moved = (await interfaceBytes(session.client)) / MIB
    process.stderr.write(
      `crash: ${ROUNDS} of ${ROUNDS} rounds, ${destroyed} with interface and table destroyed; ${joined} sessions back, ` +
        `${settled} settled, ${moved.toFixed(0)} MiB through the tunnel, ${(counted / MIB).toFixed(0)} counted\n`,
    )
  },
  60_000 + ROUNDS * 15_000,
)

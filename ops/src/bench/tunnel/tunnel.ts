// `npm run bench -- tunnel`: throughput through the gateway, paying by receipts throughout, beside the same tunnel with
// nothing but NAT, alone and among many peers. Real namespaces, a real client, a real WireGuard.
import { once } from 'node:events'
import { resolve } from 'node:path'
import { execa } from 'execa'
import { createScreen } from '../../cli/screen.ts'
import type { Client } from '../../client/client.ts'
import { withoutFirewall } from '../../demo/kernel.ts'
import { startTestNetwork, type TestNetwork } from '../../e2e/harness.ts'
import { networkRecord } from '../../local/network.ts'
import { startProcess } from '../../local/process.ts'
import { sleep, waitFor } from '../../wait.ts'
import type { CrowdSettings } from './crowd.ts'
import { median, type Pair, ratioOf } from './ratio.ts'

const CROWD = resolve(import.meta.dirname, 'crowd.ts')
/** The one that downloads is one of them. */
const PEERS = [1, 500]
const PAIRS = 20
/** Milliseconds of one download. */
const ROUND = 3_000
/** More than a round lets through. */
const ENDLESS = 8 * 2 ** 30
/** Milliseconds without a byte that a payer would notice. */
const STALL = 200
const TARGET = 0.97
const WIDTH = 12

type Figures = {
  peers: number
  pairs: Pair[]
  /** Median of the pairs' ratios. */
  ratio: number
  payingMbit: number
  bareMbit: number
  /** Milliseconds without a byte, at most, paying and bare: TCP itself waits for 200 when it has lost packets. */
  longestGapMs: Pair
  /** Rounds in which no byte came for more than 200 ms. */
  stalls: Pair
  receipts: number
}

/** @returns the exit code: 0 also below the target, since the machine decides; the figures say it. */
export async function benchTunnel({ json }: { json: boolean }): Promise<number> {
  const screen = createScreen(json ? process.stderr : process.stdout, WIDTH)
  const network = await screen.step('network', () => startTestNetwork('bench-tunnel'))
  const all: Figures[] = []
  try {
    const { client } = await network.connect('user')
    let joined = 1
    for (const peers of PEERS) {
      if (peers > joined) await screen.step(`${peers} peers`, () => crowd(network, peers - joined))
      joined = peers
      await screen.step(`${PAIRS} pairs`, async (say) => {
        const figures = await measure(network, client, peers)
        all.push(figures)
        say(render(figures))
      })
    }
  } finally {
    await network.stop()
  }
  if (json) process.stdout.write(`${JSON.stringify({ target: TARGET, tunnel: all })}\n`)
  return 0
}

async function crowd({ base, chain, deployment, gateway }: TestNetwork, size: number): Promise<void> {
  const { internet } = base.slot.namespaces
  await execa('ip', ['-n', internet, 'route', 'replace', 'local', '198.18.0.0/15', 'dev', 'lo'])
  const network = networkRecord(deployment, chain.publicRpcUrl, undefined)
  const settings: CrowdSettings = { network, node: gateway.node, size }
  const args = [CROWD, JSON.stringify(settings)]
  const { child } = startProcess({ name: 'crowd', command: 'node', args, namespace: internet, log: base.log })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the crowd of ${size} did not join; the log says why`)
}

async function measure(network: TestNetwork, client: Client, peers: number): Promise<Figures> {
  const pairs: Pair[] = []
  const gaps: { [kind in keyof Pair]: number[] } = { paying: [], bare: [] }
  const paid = async () => (await client.ask('payState')).outcomes.paid ?? 0
  const before = await paid()
  const round = async (kind: keyof Pair) => {
    const { bytes, milliseconds, longestGap } = await client.ask('download', ENDLESS, ROUND)
    gaps[kind].push(longestGap)
    return mbit(bytes, milliseconds)
  }
  const paying = () => round('paying')
  const bare = () => withoutGateway(network, client, () => round('bare'))
  // One more of each, not counted: caches, congestion control, the payer's idea of the rate.
  await paying()
  await bare()
  gaps.paying.length = 0
  gaps.bare.length = 0
  for (let pair = 0; pair < PAIRS; pair++) {
    // Each comes first as often as the other.
    const first = pair % 2 === 0 ? await paying() : await bare()
    const second = pair % 2 === 0 ? await bare() : await paying()
    pairs.push(pair % 2 === 0 ? { paying: first, bare: second } : { paying: second, bare: first })
  }
  return {
    peers,
    pairs,
    ratio: ratioOf(pairs),
    payingMbit: median(pairs.map((pair) => pair.paying)),
    bareMbit: median(pairs.map((pair) => pair.bare)),
    longestGapMs: { paying: Math.max(...gaps.paying), bare: Math.max(...gaps.bare) },
    stalls: { paying: stallsIn(gaps.paying), bare: stallsIn(gaps.bare) },
    receipts: (await paid()) - before,
  }
}

const stallsIn = (gaps: readonly number[]) => gaps.filter((gap) => gap > STALL).length

/** The same tunnel with the gateway standing still and nothing but NAT for a firewall. */
async function withoutGateway<T>({ base, gateway }: TestNetwork, client: Client, work: () => Promise<T>): Promise<T> {
  gateway.signal('SIGSTOP')
  try {
    return await withoutFirewall(base.slot.namespaces.node, base.slot.interfaces.node, work)
  } finally {
    const resumed = Date.now()
    gateway.signal('SIGCONT')
    // Until it has said to the kernel that it lives, and the payer hears it again.
    await waitFor('news of the gateway', async () => ((await client.ask('payState')).usage?.at ?? 0) > resumed, 10_000)
    await sleep(1_000)
  }
}

const mbit = (bytes: number, milliseconds: number) => Math.round((bytes * 8) / milliseconds / 1000)

function render({ peers, ratio, payingMbit, bareMbit, longestGapMs, stalls, receipts, pairs }: Figures): string {
  const speed = `${payingMbit} Mbit/s paying, ${bareMbit} bare`
  const gap =
    `longest gap ${longestGapMs.paying} ms (bare ${longestGapMs.bare}), ` +
    `over ${STALL} ms in ${stalls.paying} of ${pairs.length} rounds (bare ${stalls.bare})`
  return `${peers} peers: ratio ${ratio.toFixed(3)} (target ${TARGET}); ${speed}; ${gap}; ${receipts} receipts`
}

// `npm run bench -- tunnel`: throughput through the gateway, paying by receipts throughout, beside the same tunnel with
// nothing but NAT, alone and among many peers. Real namespaces, a real client, a real WireGuard.
//
// One download runs throughout, and the gateway is taken away and put back under it some hundred times: this machine's
// speed drifts by some percent within seconds, which only short windows divide out.
import { once } from 'node:events'
import { resolve } from 'node:path'
import { execa } from 'execa'
import { createScreen, type Screen } from '../../cli/screen.ts'
import { exitCodeOf, untilSignal } from '../../cli/until-signal.ts'
import type { Client } from '../../client/client.ts'
import { withoutFirewall } from '../../demo/kernel.ts'
import { startTestNetwork, type TestNetwork } from '../../e2e/harness.ts'
import { networkRecord } from '../../local/network.ts'
import { startProcess } from '../../local/process.ts'
import { sleep, waitFor } from '../../wait.ts'
import type { CrowdSettings } from './crowd.ts'
import { mean, type Pair, ratioOf } from './ratio.ts'

const CROWD = resolve(import.meta.dirname, 'crowd.ts')
/** The one that downloads is one of them. */
const PEERS = [1, 500]
/** Of windows. Two of them differ by a tenth, so that the mean of so many is known to about 0.013 (95 %). */
const PAIRS = 240
/**
 * Milliseconds of a window, and of what passes before it after each change. What the gateway does once a second falls into
 * each window once, wherever it begins.
 */
const WINDOW = 1_200
const SETTLE = 200
/** For a terabyte. */
const DEPOSIT = '50000000'
/** Milliseconds in which the download is left alone first, paying: compilers come to rest, and a stall would show. */
const ALONE = 30_000
/** Bytes, and milliseconds, more than all windows take. */
const ENDLESS = 2 ** 50
const WHOLE_DAY = 86_400_000
/** Milliseconds without a byte that a payer would notice. */
const STALL = 200
const TARGET = 0.97
const WIDTH = 12

type Figures = {
  peers: number
  /** The mean of the pairs' ratios, and between what it lies in 95 of 100 runs. */
  ratio: number
  low: number
  high: number
  payingMbit: number
  bareMbit: number
  /** Milliseconds without a byte, at most: TCP itself waits for 200 when it has lost packets. */
  longestGapMs: { alone: number } & Pair
  /** Windows in which no byte came for more than 200 ms. */
  stalls: Pair
  receipts: number
  pairs: Pair[]
}

/** @returns the exit code: 0 also below the target, since the machine decides; the figures say it. */
export async function benchTunnel({ json }: { json: boolean }): Promise<number> {
  const screen = createScreen(json ? process.stderr : process.stdout, WIDTH)
  const interrupted = untilSignal(screen)
  const network = await screen.step('network', () => startTestNetwork('bench-tunnel'))
  const work = measureAll(network, screen)
  // What is under way when all is stopped fails; who asked for the stop knows.
  work.catch(() => {})
  try {
    const outcome = await Promise.race([work, interrupted])
    if (typeof outcome === 'string') {
      screen.interrupt(`${outcome}: stopping everything …`)
      return exitCodeOf(outcome)
    }
    if (json) process.stdout.write(`${JSON.stringify({ target: TARGET, tunnel: outcome })}\n`)
    return 0
  } finally {
    await network.stop()
  }
}

async function measureAll(network: TestNetwork, screen: Screen): Promise<Figures[]> {
  const all: Figures[] = []
  const { client } = await network.connect('user', DEPOSIT)
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
  return all
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
  const paid = async () => (await client.ask('payState')).outcomes.paid ?? 0
  const before = await paid()
  const download = client.ask('download', ENDLESS, WHOLE_DAY)
  // One that fails brings no bytes, and says why at the end.
  download.catch(() => {})
  const alone = await over(client, ALONE)
  const windows: { [kind in keyof Pair]: Window[] } = { paying: [], bare: [] }
  const paying = async () => {
    await sleep(SETTLE)
    windows.paying.push(await over(client, WINDOW))
  }
  const bare = () =>
    withoutGateway(network, client, async () => {
      await sleep(SETTLE)
      windows.bare.push(await over(client, WINDOW))
    })
  for (let pair = 0; pair < PAIRS; pair++) {
    // Each comes first as often as the other.
    for (const window of pair % 2 === 0 ? [paying, bare] : [bare, paying]) await window()
  }
  await client.ask('cancelTransfers')
  await download
  const pairs = windows.paying.map(({ mbit }, at) => ({ paying: mbit, bare: windows.bare[at]?.mbit ?? Number.NaN }))
  const longest = (all: readonly Window[]) => Math.round(Math.max(...all.map(({ longestGap }) => longestGap)))
  const stalls = (all: readonly Window[]) => all.filter(({ longestGap }) => longestGap > STALL).length
  return {
    peers,
    ...ratioOf(pairs),
    payingMbit: Math.round(mean(pairs.map((pair) => pair.paying))),
    bareMbit: Math.round(mean(pairs.map((pair) => pair.bare))),
    longestGapMs: { alone: longest([alone]), paying: longest(windows.paying), bare: longest(windows.bare) },
    stalls: { paying: stalls(windows.paying), bare: stalls(windows.bare) },
    receipts: (await paid()) - before,
    pairs,
  }
}

type Window = { mbit: number; longestGap: number }

/** What the download brings in so many milliseconds. */
async function over(client: Client, milliseconds: number): Promise<Window> {
  const first = await client.ask('progress')
  await sleep(milliseconds)
  const last = await client.ask('progress')
  if (last.bytes === first.bytes) throw new Error(`no byte came in ${milliseconds} ms`)
  return { mbit: ((last.bytes - first.bytes) * 8) / (last.at - first.at) / 1000, longestGap: last.longestGap }
}

/** The same tunnel with the gateway standing still and nothing but NAT for a firewall. */
async function withoutGateway<T>({ base, gateway }: TestNetwork, client: Client, work: () => Promise<T>): Promise<T> {
  gateway.signal('SIGSTOP')
  try {
    return await withoutFirewall(base.slot.namespaces.node, base.slot.interfaces.node, work)
  } finally {
    const resumed = Date.now()
    gateway.signal('SIGCONT')
    // Until it has said to the kernel that it lives, and the payer hears it again.
    const heard = async () => ((await client.ask('payState')).usage?.at ?? 0) > resumed
    await waitFor('news of the gateway', heard, 10_000, 20)
  }
}

function render({ peers, ratio, low, high, payingMbit, bareMbit, longestGapMs, stalls, receipts }: Figures): string {
  const range = `${low.toFixed(3)} to ${high.toFixed(3)} in 95 of 100 runs`
  const speed = `${payingMbit} Mbit/s paying, ${bareMbit} bare`
  const gap =
    `longest gap ${longestGapMs.alone} ms in ${ALONE / 1000} s alone, ${longestGapMs.paying} ms in windows ` +
    `(bare ${longestGapMs.bare}), over ${STALL} ms in ${stalls.paying} of ${PAIRS} (bare ${stalls.bare})`
  const others = peers === 1 ? '' : `, ${peers - 1} of them silent`
  return `${peers} peers${others}: ratio ${ratio.toFixed(3)} (target ${TARGET}), ${range}; ${speed}; ${gap}; ${receipts} receipts`
}

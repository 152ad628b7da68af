// The demo: one paid session from finding a node to the refund, with a client that stops paying and a gateway that is
// killed in between. Every number in its result was measured in this run.
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import type { TestDeployment } from '@x4pn/contracts/testing'
import { costOfBytes } from '@x4pn/gateway-api'
import type { Hash } from 'viem'
import type { Screen } from '../cli/screen.ts'
import { type Client, ClientEnded } from '../client/client.ts'
import { clientsFor } from '../local/chain.ts'
import type { LocalGateway } from '../local/gateway.ts'
import type { Base, Chain } from '../local/network.ts'
import { PRICE_PER_GIB } from '../local/registration.ts'
import { withLargeSocketBuffers } from '../local/socket-buffers.ts'
import { sleep, waitFor } from '../wait.ts'
import { withoutFirewall } from './kernel.ts'
import { type DemoResult, demoSteps } from './result.ts'
import { bytesBeyondCredit, interfaceBytes, waitUntilFlowing, waitUntilStill } from './session.ts'
import { indexedStream } from './subgraph.ts'

const MIB = 2 ** 20
const DOWN = 96 * MIB
const UP = 16 * MIB
/** Milliseconds without a byte after which the download begins anew: an old sender doubles its patience in each cut. */
const SILENCE = 1_000
const DEPOSIT = 2_000_000n
const TRANSFER_TIMEOUT = 120_000
/** WireGuard's own patience: a client whose peer forgot the keys makes new ones when nothing has come back for 15 s. */
const FLOW_TIMEOUT = 30_000

export type DemoContext = {
  base: Base
  chain: Chain
  deployment: TestDeployment
  queryUrl: string
  gateway: LocalGateway
  client: Client
  screen: Screen
}

type Terms = { pricePerGiB: bigint; allowance: bigint }

const mbit = (bytes: number, milliseconds: number) => Math.round((bytes * 8) / milliseconds / 1000)
const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`

export async function runDemo(context: DemoContext): Promise<DemoResult> {
  const { base, queryUrl, gateway, client, screen } = context
  const real = base.obstacle === undefined
  /** Whatever is said of a simulated tunnel says so. */
  const step: Screen['step'] = (name, work) =>
    screen.step(name, (say) => work((text) => say(real ? text : `${text} (SIMULATED)`)))
  const terms = { pricePerGiB: PRICE_PER_GIB, allowance: costOfBytes(16n * 2n ** 20n, PRICE_PER_GIB) }

  const stream = await screen.step('open', async (say) => {
    const found = await waitFor('a node in the subgraph', () => discover(client), 30_000, 500)
    const opened = await client.ask('open', String(DEPOSIT))
    say(`${usdc(DEPOSIT)} to ${found.node}, found in ${found.source === 'chain' ? 'the registry' : 'the subgraph'}`)
    return opened.stream as Hash
  })

  const joined = await step('join', async (say) => {
    const answer = await client.ask('join')
    if (real) await withLargeSocketBuffers(() => client.ask('tunnelUp'))
    await client.ask('startPaying')
    say(`${answer.address4}, ${answer.address6}`)
    return answer
  })
  if (joined.simulated === real) throw new Error(`the gateway says simulated: ${joined.simulated}`)

  await step('firstByte', async (say) => {
    if (!real) return say('nothing passes')
    const { caller } = await client.ask('firstByte')
    if (caller !== base.addresses.node.address4) throw new Error(`traffic left from ${caller}, not from the node`)
    say(`the server behind the gateway saw ${caller}, the node`)
  })

  const speed = await step('transfer', async (say) => {
    if (!real) {
      await waitUntilUsed(client, 64 * MIB)
      say('64 MiB made up')
      return { paying: null, bare: null, bareBytes: 0 }
    }
    const down = await client.ask('download', DOWN, TRANSFER_TIMEOUT)
    const up = await client.ask('upload', UP, TRANSFER_TIMEOUT)
    if (!down.complete || !up.complete) throw new Error(`moved ${mib(down.bytes)} down and ${mib(up.bytes)} up only`)
    const bare = await bareThroughput(context)
    const paying = mbit(down.bytes, down.milliseconds)
    say(`${mib(down.bytes)} down, ${mib(up.bytes)} up; ${paying} Mbit/s paying, ${bare.mbit} Mbit/s bare`)
    return { paying, bare: bare.mbit, bareBytes: bare.bytes }
  })

  const keepDownloading = () => client.ask('keepDownloading', SILENCE).catch(() => undefined)
  let download = real ? keepDownloading() : undefined

  const beyondCut = await step('cut', async (say) => {
    await client.ask('pausePaying')
    const milliseconds = real ? await waitUntilStill(client, 60_000) : await waitUntilCut(client)
    const beyond = real ? await bytesBeyond(context, stream, terms) : null
    const { status } = await client.ask('callApi', '/v1/nonce')
    if (status !== 200) throw new Error(`the API answered ${status} to an unpaid client`)
    const passed = beyond === null ? '' : `, ${beyond} bytes beyond credit`
    say(`not paying: it ended after ${seconds(milliseconds)}${passed}; the API still answers`)
    return beyond
  })

  await step('resume', async (say) => {
    // What one receipt pays for is used up within a second at full speed: the question has it for itself.
    await client.ask('cancelTransfers')
    await download
    const started = Date.now()
    await client.ask('payOnce')
    if (real) await client.ask('firstByte')
    const milliseconds = Date.now() - started
    if (milliseconds > 2_000) throw new Error(`traffic came back only after ${seconds(milliseconds)}`)
    await client.ask('resumePaying')
    if (real) {
      download = keepDownloading()
      await waitUntilFlowing(client, FLOW_TIMEOUT)
    }
    say(`one receipt: ${real ? 'the server answers' : 'credit'} again after ${seconds(milliseconds)}`)
  })

  const beyondKilled = await step('crash', async (say) => {
    const before = await usageAfter(client, 0)
    await gateway.kill()
    await gateway.start()
    if (real) await waitUntilFlowing(client, FLOW_TIMEOUT)
    await gateway.kill()
    const killedAt = Date.now()
    const ended = real ? await waitUntilStill(client, 15_000) : null
    const beyond = real ? await bytesBeyond(context, stream, terms) : null
    await gateway.start()
    const again = real ? await waitUntilFlowing(client, FLOW_TIMEOUT) : null
    const after = await usageAfter(client, killedAt)
    if (BigInt(after.usedBytes) < BigInt(before.usedBytes)) {
      throw new Error(`the usage fell from ${before.usedBytes} to ${after.usedBytes}`)
    }
    const traffic =
      ended === null || again === null
        ? 'killed twice, started twice: the same session'
        : `killed: it ended after ${seconds(ended)}; started: the same tunnel again after ${seconds(again)}`
    say(traffic)
    return beyond
  })

  const counted = await step('close', async (say) => {
    await client.ask('cancelTransfers')
    await download
    if (real) await waitUntilStill(client, 15_000)
    await client.ask('pausePaying')
    const bytes = real ? (await interfaceBytes(client)) - speed.bareBytes : null
    const { usedBytes, finalClaim } = await client.ask('leave')
    const closed = await waitFor('the release on chain', () => readClosed(context, stream), 20_000, 250)
    if (real) await client.ask('tunnelDown')
    const { balance } = await client.ask('freeBalance')
    await client.ask('withdraw', balance)
    say(`left; settled ${usdc(closed.settled)}, refunded ${usdc(closed.deposit - closed.settled)} and withdrawn`)
    return {
      client: bytes,
      gateway: Number(usedBytes),
      receipts: finalClaim,
      ...closed,
      refund: balance,
    }
  })

  const indexed = await step('indexed', async (say) => {
    const found = await waitFor(
      'the closed stream in the subgraph',
      async () => {
        const known = await indexedStream(queryUrl, stream)
        return known?.status === 'CLOSED' ? known : undefined
      },
      60_000,
      250,
    )
    say(`the subgraph has it: ${found.status}, settled ${usdc(BigInt(found.settled))}`)
    return found
  })

  const result: DemoResult = {
    steps: demoSteps.map((name) => ({ name, milliseconds: screen.times[name] ?? 0 })),
    bytes: { client: counted.client, gateway: counted.gateway },
    paid: { receipts: counted.receipts, onChain: String(counted.settled), inSubgraph: indexed.settled },
    deposit: String(counted.deposit),
    refund: counted.refund,
    throughputMbit: speed.paying,
    throughputBareMbit: speed.bare,
    beyondCredit: { cut: beyondCut, killed: beyondKilled },
    simulated: !real,
  }
  checkResult(result, terms)
  return result
}

/** Undefined until the subgraph has a node. */
async function discover(client: Client) {
  try {
    return await client.ask('discover')
  } catch (error) {
    if (error instanceof ClientEnded) throw error
    return undefined
  }
}

/** A count that the gateway gave after `since` (Unix milliseconds). */
function usageAfter(client: Client, since: number) {
  const ask = async () => {
    const { usage } = await client.ask('payState')
    return usage && usage.at > since ? usage : undefined
  }
  return waitFor('a count of the gateway', ask, FLOW_TIMEOUT)
}

/** Bytes that passed beyond receipts and allowance; throws above 1 MiB. */
async function bytesBeyond({ base, client }: DemoContext, stream: Hash, terms: Terms): Promise<number> {
  const { lastSigned } = await client.ask('payState')
  const beyond = await bytesBeyondCredit(base, stream, BigInt(lastSigned), terms)
  if (beyond > MIB) throw new Error(`${mib(beyond)} passed beyond receipts and allowance`)
  return beyond
}

/** What must be true of every demo. */
function checkResult({ bytes, paid, deposit, refund }: DemoResult, terms: Terms): void {
  const apart = bytes.client === null ? 0 : Math.abs(bytes.client - bytes.gateway) / bytes.client
  if (apart > 0.01) {
    throw new Error(`counts differ by ${(apart * 100).toFixed(2)} %: ${bytes.client} and ${bytes.gateway}`)
  }
  const unpaid = costOfBytes(BigInt(bytes.gateway), terms.pricePerGiB) - BigInt(paid.onChain)
  if (unpaid < 0n || unpaid > terms.allowance) {
    throw new Error(`settled ${paid.onChain} for ${bytes.gateway} bytes at ${terms.pricePerGiB} a GiB`)
  }
  if (paid.receipts !== paid.onChain || paid.onChain !== paid.inSubgraph) {
    throw new Error(`paid ${paid.receipts} in receipts, ${paid.onChain} on chain, ${paid.inSubgraph} in the subgraph`)
  }
  if (BigInt(deposit) !== BigInt(paid.onChain) + BigInt(refund)) {
    throw new Error(`deposit ${deposit} is not settled ${paid.onChain} and refund ${refund}`)
  }
}

/** The same download through the same tunnel with nothing but NAT, the gateway standing still. */
async function bareThroughput({ base, gateway, client }: DemoContext): Promise<{ mbit: number; bytes: number }> {
  const { slot } = base
  const before = await interfaceBytes(client)
  gateway.signal('SIGSTOP')
  try {
    return await withoutFirewall(slot.namespaces.node, slot.interfaces.node, async () => {
      const down = await client.ask('download', DOWN, TRANSFER_TIMEOUT)
      await sleep(100)
      return { mbit: mbit(down.bytes, down.milliseconds), bytes: (await interfaceBytes(client)) - before }
    })
  } finally {
    gateway.signal('SIGCONT')
  }
}

async function readClosed({ chain, deployment }: DemoContext, stream: Hash) {
  const { deposit, settled, flags } = await clientsFor(chain.rpcUrl, 'user').publicClient.readContract({
    address: deployment.sessions,
    abi: x4pnVpnSessionsAbi,
    functionName: 'stream',
    args: [stream],
  })
  return (flags & 2) === 0 ? undefined : { deposit, settled }
}

async function waitUntilUsed(client: Client, bytes: number): Promise<void> {
  const used = async () => Number((await client.ask('payState')).usage?.usedBytes ?? 0) >= bytes
  await waitFor('made-up usage', used, 60_000)
}

async function waitUntilCut(client: Client): Promise<number> {
  const started = Date.now()
  await waitFor('the cut', async () => (await client.ask('payState')).usage?.served === false, 60_000)
  return Date.now() - started
}

const usdc = (units: bigint) => `${(Number(units) / 1e6).toFixed(6)} USDC`
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`

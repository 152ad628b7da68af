// 10,000 sessions: the memory of the gateway's processes, and what one turn of the meter costs.
import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import type { Gateway } from '../../../../gateway/src/gateway.ts'
import { newHealth } from '../../../../gateway/src/health.ts'
import { Journal } from '../../../../gateway/src/journal/journal.ts'
import { restore } from '../../../../gateway/src/journal/restore.ts'
import { deriveJournalKey } from '../../../../gateway/src/keys.ts'
import { createLog } from '../../../../gateway/src/log.ts'
import { createTick } from '../../../../gateway/src/meter.ts'
import { Pace } from '../../../../gateway/src/pace.ts'
import { peerOf } from '../../../../gateway/src/sessions/peer.ts'
import type { Session } from '../../../../gateway/src/sessions/session.ts'
import { Statements } from '../../../../gateway/src/statements.ts'
import { WireguardTunnel } from '../../../../gateway/src/tunnel/wireguard.ts'
import { UsageFeed } from '../../../../gateway/src/usage-feed.ts'
import { all, type Figure } from '../figure.ts'
import { inTurn } from '../load.ts'
import { makeClient, signInRecord } from './clients.ts'
import { type BenchNode, prepareNode, startNode, writeJournal } from './node.ts'

const SESSIONS = 10_000
const TURNS = 15
const MOST_MEMORY = 400

export async function benchManySessions(): Promise<Figure[]> {
  const node = await prepareNode()
  const records = Array.from({ length: SESSIONS }, (_, index) =>
    signInRecord(node, makeClient(node.keys.account.address), index),
  )
  await writeJournal(node, records)
  return [await memory(node), ...(await tick(node))]
}

async function memory(node: BenchNode): Promise<Figure> {
  const gateway = await startNode(node)
  // Some turns of every loop.
  await setTimeout(15_000)
  // The small process that starts programs: what is its own, since it shares Node's code with the gateway.
  const children = await readFile(`/proc/${gateway.pid}/task/${gateway.pid}/children`, 'utf8')
  const own = await Promise.all(
    children
      .trim()
      .split(' ')
      .map((pid) => megabytes(Number(pid), 'RssAnon')),
  )
  const value = own.reduce((sum, each) => sum + each, await megabytes(gateway.pid, 'VmRSS'))
  await gateway.stop()
  return {
    name: `memory with ${SESSIONS.toLocaleString('en')} sessions`,
    value,
    unit: 'MB',
    reference: { name: 'the limit', value: MOST_MEMORY },
    target: { atMost: 1 },
  }
}

async function megabytes(pid: number, name: 'VmRSS' | 'RssAnon'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024
}

/** Every session moves in every turn, and every turn gives the sign of life and reads the handshakes, as one in five and one in ten does. */
async function tick({ config, keys }: BenchNode): Promise<Figure[]> {
  const log = createLog('error')
  const key = deriveJournalKey(config)
  const { records } = await Journal.read(config.journal, key)
  const { sessions } = restore(records, { config, keys })
  const tunnel = new WireguardTunnel(config, { privateKey: keys.wireguard.privateKey, dns: false }, log)
  await tunnel.ensure([...sessions.all()].map(peerOf))
  let passed = 0n
  const read = tunnel.readUsage.bind(tunnel)
  tunnel.readUsage = async () => {
    await read()
    passed += 1_000n
    return new Map([...sessions.all()].map(({ stream }) => [stream, passed]))
  }
  let now = Date.now()
  const clock = () => now
  const journal = await Journal.create(config.journal, key, [])
  const statements = new Statements(config, keys, clock)
  const health = newHealth(now)
  const parts = { config, keys, clock, log, tunnel, journal, sessions, statements, health, feed: new UsageFeed() }
  const moved = new Set<Session>()
  /** A meter of its own for each turn: the first one does everything. */
  const turn = async () => {
    await createTick(parts as unknown as Gateway, moved, new Pace())()
    // A turn that failed would have been mended by making the tunnel anew.
    if (health.meteredAt !== now) throw new Error('the meter did not read')
  }
  const { interface: name } = config.wireguard
  const bareReads = async () => {
    await execa('nft', ['-j', 'list', 'set', 'inet', name, 'count'])
    await execa('wg', ['show', name, 'latest-handshakes'])
  }
  const ticks = []
  const reads = []
  for (let index = 0; index < TURNS; index++) {
    now += 2_000
    reads.push(await inTurn(1, bareReads))
    ticks.push(await inTurn(1, turn))
  }
  await tunnel.stop()
  await journal.close()
  const { p50, p99 } = all(ticks)
  const reference = all(reads)
  const name50 = `one turn of the meter, ${SESSIONS.toLocaleString('en')} sessions moving`
  return [
    {
      name: name50,
      value: p50,
      unit: 'ms',
      p50,
      p99,
      reference: { name: 'nft and wg read the counters', value: reference.p50, p50: reference.p50, p99: reference.p99 },
      target: { atMost: 3 },
    },
    {
      name: name50,
      value: p50,
      unit: 'ms',
      p50,
      p99,
      reference: { name: 'a quarter of a second', value: 250 },
      target: { atMost: 1 },
    },
  ]
}

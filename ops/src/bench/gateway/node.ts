// A gateway's configuration, keys and journal for the benchmarks, and a gateway in a process of its own.
import { rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { generatePrivateKey } from 'viem/accounts'
import { type Config, readConfig } from '../../../../gateway/src/config.ts'
import { encodeRecord } from '../../../../gateway/src/journal/lines.ts'
import type { JournalRecord } from '../../../../gateway/src/journal/records.ts'
import { deriveJournalKey, deriveKeys, type NodeKeys } from '../../../../gateway/src/keys.ts'

/** What an operator's container runs: `buildGateway` makes it. */
const GATEWAY = resolve(import.meta.dirname, '../../../../gateway')
const NOWHERE = '0x5FbDB2315678afecb367f032d93F642f64180aa3'

export type BenchNode = { env: Record<string, string>; config: Config; keys: NodeKeys; remove: () => void }

export const buildGateway = () => execa('npm', ['run', 'build'], { cwd: GATEWAY })

/** @param change What a part of the benchmarks needs otherwise. */
export async function prepareNode(change: Record<string, string> = {}): Promise<BenchNode> {
  const folder = await mkdtemp(join(tmpdir(), 'x4pn-bench-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  const env = {
    X4PN_NODE_KEY: generatePrivateKey(),
    X4PN_CHAIN_ID: '31337',
    X4PN_RPC_URLS: 'http://127.0.0.1:1',
    X4PN_SESSIONS: NOWHERE,
    X4PN_REGISTRY: NOWHERE,
    X4PN_API_URL: 'http://127.0.0.1:8443',
    X4PN_API_LISTEN: '127.0.0.1:8443',
    X4PN_WIREGUARD_ENDPOINT: '127.0.0.1:51820',
    X4PN_WIREGUARD_PORT: '51820',
    X4PN_INTERFACE: 'bench0',
    X4PN_JOURNAL: join(folder, 'journal.jsonl'),
    X4PN_MAX_SESSIONS: '20000',
    // One machine is all the clients here.
    X4PN_REQUESTS_PER_MINUTE: String(2 ** 31),
    X4PN_CALLS_PER_CLIENT: String(2 ** 22),
    X4PN_SESSIONS_PER_ADDRESS: '20000',
    X4PN_SESSIONS_PER_WALLET: '20000',
    X4PN_DNS: 'off',
    X4PN_OPERATOR_LISTEN: 'off',
    X4PN_LOG_LEVEL: 'error',
    ...change,
  }
  const config = readConfig(env)
  return { env, config, keys: deriveKeys(config.nodeKey), remove }
}

export async function writeJournal({ config }: BenchNode, records: readonly JournalRecord[]): Promise<void> {
  const key = deriveJournalKey(config)
  await writeFile(config.journal, records.map((record) => encodeRecord(record, key)).join(''))
}

/** Starts it, and waits until it answers. */
export async function startNode({ env, config }: BenchNode) {
  const child = execa('node', [join(GATEWAY, 'dist/x4pn-gateway.mjs'), 'run'], {
    env,
    stdout: 'ignore',
    stderr: 'inherit',
    reject: false,
  })
  let ended = false
  void child.finally(() => {
    ended = true
  })
  const deadline = performance.now() + 60_000
  for (;;) {
    const up = await fetch(`${config.apiUrl}/v1/nonce`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (up) break
    if (performance.now() > deadline || ended) throw new Error('the gateway did not start')
    await new Promise((next) => setTimeout(next, 100))
  }
  return {
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGKILL')
      await child
      await execa('ip', ['link', 'delete', config.wireguard.interface], { reject: false })
    },
  }
}

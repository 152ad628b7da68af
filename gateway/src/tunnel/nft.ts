// Runs nft. Scripts go in on standard input; nothing reaches a shell. Node's own `execFile` instead of execa: the meter
// runs nft some times a second, and execa takes as much of the gateway's time as the start of the process itself.
import { type ExecFileOptions, execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Hash } from 'viem'
import { numberOf, streamOf } from './ruleset.ts'

const OPTIONS = { timeout: 10_000, maxBuffer: 2 ** 28 } satisfies ExecFileOptions
const run = promisify(execFile)

/** Applies a script in one transaction: all of it or nothing. */
export async function applyNft(script: string): Promise<void> {
  const running = run('nft', ['-f', '-'], OPTIONS)
  // An nft that ends early does not read on; it says why on standard error.
  running.child.stdin?.on('error', () => {})
  running.child.stdin?.end(script)
  await running
}

async function list<Kind extends string, Item>(kind: Kind, table: string, name: string): Promise<Item[]> {
  const { stdout } = await run('nft', ['-j', 'list', kind, 'inet', table, name], OPTIONS)
  const { nftables } = JSON.parse(stdout) as { nftables: { [kind in Kind]?: { elem?: Item[] } }[] }
  return nftables.flatMap((object) => object[kind]?.elem ?? [])
}

/** Bytes by the client's number. Rejects when the table is not there. */
export async function readCounters(table: string): Promise<Map<number, bigint>> {
  const counted = await list<'set', { elem: { val: number; counter: { bytes: number } } }>('set', table, 'count')
  return new Map(counted.map(({ elem: { val, counter } }) => [val, BigInt(counter.bytes)]))
}

/** Bytes by stream: what a table holds that this process did not make. */
export async function readStreams(table: string): Promise<Map<Hash, bigint>> {
  const [counters, quotas] = await Promise.all([
    readCounters(table),
    list<'map', [address4: string, name: string]>('map', table, 'credit4'),
  ])
  return new Map(
    quotas.flatMap(([address4, name]) => {
      const bytes = counters.get(numberOf({ address4 }))
      return bytes === undefined ? [] : [[streamOf(name), bytes] as const]
    }),
  )
}

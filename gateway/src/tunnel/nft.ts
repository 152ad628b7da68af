// Runs nft. Scripts go in on standard input.
import type { Hash } from 'viem'
import { launcher } from './launcher.ts'
import { numberOf, streamOf } from './ruleset.ts'

/** Applies a script in one transaction: all of it or nothing. */
export async function applyNft(script: string): Promise<void> {
  await launcher.run('nft', ['-f', '-'], script)
}

async function list<Kind extends string, Item>(kind: Kind, table: string, name: string): Promise<Item[]> {
  const listed = await launcher.run('nft', ['-j', 'list', kind, 'inet', table, name])
  const { nftables } = JSON.parse(listed) as { nftables: { [kind in Kind]?: { elem?: Item[] } }[] }
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

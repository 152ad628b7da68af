// Runs nft. Scripts go in on standard input; nothing reaches a shell.
import { execa } from 'execa'

/** Applies a script in one transaction: all of it or nothing. */
export async function applyNft(script: string): Promise<void> {
  await execa('nft', ['-f', '-'], { input: script, timeout: 10_000 })
}

/** Bytes of every named counter of a table. Rejects when the table is not there. */
export async function readCounters(table: string): Promise<Map<string, bigint>> {
  const { stdout } = await execa('nft', ['-j', 'list', 'counters', 'table', 'inet', table], { timeout: 10_000 })
  const { nftables } = JSON.parse(stdout) as { nftables: { counter?: { name: string; bytes: number } }[] }
  const counters = new Map<string, bigint>()
  for (const { counter } of nftables) if (counter) counters.set(counter.name, BigInt(counter.bytes))
  return counters
}

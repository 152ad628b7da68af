// Storage is lost with every new address of the page, so everything can be taken along in one file. It holds keys.
import type { Connection } from './connections.ts'
import { vault } from './vault.ts'

const PREFIXES = ['connection/', 'session/', 'receipt/', 'leaving/'] as const
const FORMAT = 'x4pn-backup-1'

export async function exportBackup(): Promise<string> {
  const names = (await Promise.all(PREFIXES.map((prefix) => vault.keys(prefix)))).flat()
  const records = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await vault.read(name)])))
  return JSON.stringify({ format: FORMAT, records }, null, 2)
}

/**
 * Adds what is not there yet. Of two receipts for one stream the higher stays: a lower one is worth nothing.
 *
 * @returns how many records were added. Throws a TypeError for a file that is not a backup.
 */
export async function importBackup(text: string): Promise<number> {
  const file = JSON.parse(text) as { format?: unknown; records?: Record<string, unknown> }
  if (file.format !== FORMAT || typeof file.records !== 'object') throw new TypeError('not a backup')
  let added = 0
  for (const [name, value] of Object.entries(file.records)) {
    if (!isRecord(name, value)) continue
    const present = await vault.read<object>(name)
    if (present !== undefined && !isHigherReceipt(name, value, present)) continue
    await vault.write(name, value)
    added++
  }
  return added
}

/** A record without these would break every screen that lists it. */
function isRecord(name: string, value: unknown): value is object {
  if (typeof value !== 'object' || value === null || !PREFIXES.some((prefix) => name.startsWith(prefix))) return false
  if (!name.startsWith('connection/')) return true
  const { stream, keys, node, deposit } = value as Partial<Connection>
  const { stream: id, sessions, sessionPrivateKey } = stream ?? {}
  const texts = [id, sessions, sessionPrivateKey, keys?.privateKey, node?.apiUrl, node?.pricePerGiB, deposit]
  return name === `connection/${id}` && texts.every((text) => typeof text === 'string')
}

function isHigherReceipt(name: string, value: object, present: object): boolean {
  if (!name.startsWith('receipt/')) return false
  const cumulative = (receipt: object) => BigInt((receipt as { cumulative?: string }).cumulative ?? 0)
  return cumulative(value) > cumulative(present)
}

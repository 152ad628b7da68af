// A site out of a CAR file: every block is hashed and compared with its CID before anything of it is believed, as an IPFS
// gateway does.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { CarReader } from '@ipld/car'
import { exporter, recursive } from 'ipfs-unixfs-exporter'

/** Multicodec of SHA-256, the one hash that the CAR is made with. */
const SHA_256 = 0x12

export type Site = {
  cid: string
  /** By path without a leading slash. */
  files: ReadonlyMap<string, Uint8Array>
}

export async function readSite(car: string): Promise<Site> {
  const reader = await CarReader.fromBytes(await readFile(car))
  const [root, ...more] = await reader.getRoots()
  if (!root || more.length > 0) throw new Error(`${car}: not one root`)
  const blocks = new Map<string, Uint8Array>()
  for await (const { cid, bytes } of reader.blocks()) {
    const digest = createHash('sha256').update(bytes).digest()
    if (cid.multihash.code !== SHA_256 || !digest.equals(cid.multihash.digest)) {
      throw new Error(`${car}: the block ${cid} does not hold what its name says`)
    }
    blocks.set(cid.toString(), bytes)
  }
  const blockstore = {
    get(cid: { toString(): string }) {
      const bytes = blocks.get(cid.toString())
      if (!bytes) throw new Error(`${car}: the block ${cid} is missing`)
      return bytes
    },
  }
  const files = new Map<string, Uint8Array>()
  for await (const { path } of recursive(root.toString(), blockstore as never)) {
    const entry = await exporter(path, blockstore as never)
    if (entry.type !== 'file' && entry.type !== 'raw') continue
    const chunks: Uint8Array[] = []
    for await (const chunk of entry.content()) chunks.push(chunk)
    files.set(path.slice(root.toString().length + 1), Buffer.concat(chunks))
  }
  return { cid: root.toString(), files }
}

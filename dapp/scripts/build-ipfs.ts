// `npm run build:ipfs -w dapp`: builds the site, packs it into a CAR, prints its CID. The same commit gives the same CID,
// whatever the folder.
import { openAsBlob } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { ReadableStream } from 'node:stream/web'
import { CAREncoderStream, createDirectoryEncoderStream } from 'ipfs-car'
import { build } from 'vite'

const FOLDER = resolve(import.meta.dirname, '..')
const SITE = join(FOLDER, 'dist', 'site')

/** `car`: the file's path. */
export type Site = { cid: string; car: string }

export async function buildSite(): Promise<Site> {
  // Vite and React look here, and a build for development is another one.
  process.env.NODE_ENV = 'production'
  await build({ configFile: join(FOLDER, 'vite.config.ts'), mode: 'production', logLevel: 'warn' })
  return pack()
}

async function pack(): Promise<Site> {
  const entries = await readdir(SITE, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  // In the order of their names, not in the file system's.
  const files = await Promise.all(
    paths.sort().map(async (path) => {
      const blob = await openAsBlob(path)
      return { name: relative(SITE, path), stream: () => blob.stream() }
    }),
  )
  const blocks: { cid: { toString(): string } }[] = []
  for await (const block of createDirectoryEncoderStream(files)) blocks.push(block as never)
  const root = blocks.at(-1)?.cid
  if (!root) throw new Error(`${SITE} is empty`)
  const encoded = ReadableStream.from(blocks).pipeThrough(new CAREncoderStream([root as never]) as never)
  const car = join(FOLDER, 'dist', 'x4pn.car')
  await writeFile(car, encoded as AsyncIterable<Uint8Array>)
  return { cid: root.toString(), car }
}

if (import.meta.main) {
  const { cid, car } = await buildSite()
  process.stdout.write(`${cid}\n${relative(process.cwd(), car)}\n`)
}

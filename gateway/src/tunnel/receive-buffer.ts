// Debian's wireguard-go asks for no larger receive buffer than the system's default of 208 KiB, which overflows at full
// speed: packets that were already counted are lost. The default is the whole machine's, so it is raised only while
// wireguard-go makes its sockets, where this process may.
import { readFile, writeFile } from 'node:fs/promises'

const DEFAULT = '/proc/sys/net/core/rmem_default'
/** Bytes: 70 ms at 500 Mbit/s. */
const LARGE = 4 * 2 ** 20

/** @param path Where the default is read and written. */
export async function withLargeReceiveBuffer<T>(work: () => Promise<T>, path: string = DEFAULT): Promise<T> {
  const before = await raise(path)
  try {
    return await work()
  } finally {
    if (before !== undefined) await writeFile(path, before)
  }
}

/** @returns what to put back; undefined: it is large enough, or not ours to change (a container, a namespace). */
async function raise(path: string): Promise<string | undefined> {
  try {
    const before = await readFile(path, 'utf8')
    if (Number(before) >= LARGE) return undefined
    await writeFile(path, String(LARGE))
    return before
  } catch {
    return undefined
  }
}

// Debian's wireguard-go does not ask for a larger receive buffer than the system's default of 208 KiB, which at full
// speed on few cores overflows: a tenth of what a gateway counted would never reach its client. The default is the
// whole machine's, so it is raised only for the moment in which the socket is made.
import { readFile, writeFile } from 'node:fs/promises'

const DEFAULT = '/proc/sys/net/core/rmem_default'
const LARGEST = '/proc/sys/net/core/rmem_max'

export async function withLargeSocketBuffers<T>(work: () => Promise<T>): Promise<T> {
  const before = await readFile(DEFAULT, 'utf8')
  await writeFile(DEFAULT, await readFile(LARGEST, 'utf8'))
  try {
    return await work()
  } finally {
    await writeFile(DEFAULT, before)
  }
}

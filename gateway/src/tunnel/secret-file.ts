// Hands a program a secret as a file: `wg` opens its input by name, and Node's pipes are sockets, which have none.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** In memory, never on a disk. */
const FOLDER = '/dev/shm'

export async function withSecretFile<T>(content: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(FOLDER, 'x4pn-'))
  try {
    const path = join(folder, 'secret')
    await writeFile(path, content, { mode: 0o600 })
    return await use(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

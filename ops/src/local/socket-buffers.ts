// Debian's wireguard-go does not ask for a larger receive buffer than the system's default of 208 KiB, which at full
// speed on few cores overflows: a tenth of what a gateway counted would never reach its client. The default is the
// whole machine's, so it is raised only for the moment in which the socket is made, by one process at a time.
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { sleep } from '../wait.ts'

const DEFAULT = '/proc/sys/net/core/rmem_default'
const LARGEST = '/proc/sys/net/core/rmem_max'
/** An abstract socket: the kernel frees it however its holder dies. */
const LOCK = '\0x4pn-socket-buffers'

export async function withLargeSocketBuffers<T>(work: () => Promise<T>): Promise<T> {
  const lock = await takeLock()
  const before = await readFile(DEFAULT, 'utf8')
  try {
    await writeFile(DEFAULT, await readFile(LARGEST, 'utf8'))
    return await work()
  } finally {
    await writeFile(DEFAULT, before)
    lock.close()
  }
}

/** The default as it is when nobody has raised it. */
export async function receiveBuffer(): Promise<string> {
  const lock = await takeLock()
  try {
    return (await readFile(DEFAULT, 'utf8')).trim()
  } finally {
    lock.close()
  }
}

async function takeLock(): Promise<Server> {
  for (;;) {
    const server = createServer()
    const taken = await new Promise<boolean>((done) => {
      server.once('error', () => done(false))
      server.listen(LOCK, () => done(true))
    })
    if (taken) return server
    await sleep(50)
  }
}

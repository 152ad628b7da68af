// Free ports of this machine.
import { createServer } from 'node:net'

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return listenOnce(0)
}

/** Rejects with a plain message: the servers started here either end without one, or serve next to the other. */
export async function assertPortFree(port: number, purpose: string): Promise<void> {
  await listenOnce(port).catch((cause: unknown) => {
    throw new Error(`port ${port} for ${purpose} is taken: end what listens there, or choose another`, { cause })
  })
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port)
        else reject(new Error(`port ${port} gave no address`))
      })
    })
  })
}

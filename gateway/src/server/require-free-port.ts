// Whether somebody listens already: asked by listening.
import { createServer } from 'node:net'

/** Rejects with the system's error when the port is taken. */
export function requireFreePort({ host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((free, taken) => {
    const server = createServer()
    server.once('error', taken)
    server.listen({ host, port, exclusive: true }, () => server.close(() => free()))
  })
}

// Ports that move when taken.
import { createServer } from 'node:net'

/** The first free TCP port from `wanted` on, not in `taken`. Looks on all addresses, as some programs bind them all. */
async function freePort(wanted: number, taken: ReadonlySet<number>): Promise<number> {
  for (let port = wanted; port < wanted + 1_000 && port < 65_536; port++) {
    if (!taken.has(port) && (await isFree(port))) return port
  }
  throw new Error(`no free port from ${wanted} to ${wanted + 999}`)
}

/** Free ports for all names, no two the same. */
export async function freePorts<Name extends string>(wanted: Record<Name, number>): Promise<Record<Name, number>> {
  const taken = new Set<number>()
  const ports = { ...wanted }
  for (const name of Object.keys(wanted) as Name[]) {
    ports[name] = await freePort(wanted[name], taken)
    taken.add(ports[name])
  }
  return ports
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((done) => {
    server.once('error', () => done(false))
    server.listen({ port, host: '0.0.0.0' }, () => server.close(() => done(true)))
  })
}

// What two gateways on one machine must not share: the second would take interface and table from the first, or its
// clients' answers. Held by abstract sockets, which belong to the network namespace as interfaces do, and which the kernel
// frees however the holder dies.
import { createServer, type Server } from 'node:net'
import { type Config, ConfigError } from '../config.ts'

/** By the variable that sets it. An IPv6 pool has many spellings, and they collide all the same. */
export function ownOf({ wireguard, pool4, pool6 }: Pick<Config, 'wireguard' | 'pool4' | 'pool6'>) {
  const { hostname } = new URL(`http://[${pool6.replace('/64', '')}]`)
  return { X4PN_INTERFACE: wireguard.interface, X4PN_POOL4: pool4, X4PN_POOL6: `${hostname.slice(1, -1)}/64` }
}

/**
 * @param wanted By the variable that sets it.
 * @returns what gives all of it back. Rejects with a `ConfigError` that names what another gateway holds.
 */
export async function holdAlone(wanted: Readonly<Record<string, string>>): Promise<() => void> {
  const held: Server[] = []
  const release = () => {
    for (const server of held) server.close()
  }
  for (const [variable, value] of Object.entries(wanted)) {
    const server = await hold(`\0x4pn-${variable}-${value}`)
    if (server) {
      held.push(server)
      continue
    }
    release()
    throw new ConfigError(
      `Another gateway on this machine runs with ${variable}=${value}. Give this one its own: ${Object.keys(wanted).join(', ')}.`,
    )
  }
  return release
}

/** Undefined: somebody has it. */
function hold(name: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy()).unref()
  return new Promise((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? done(undefined) : failed(error),
    )
    server.listen(name, () => done(server))
  })
}

// The choice between the real tunnel and the simulated one.
import type { Config } from '../config.ts'
import { hasResolver } from '../dns/resolver.ts'
import type { NodeKeys } from '../keys.ts'
import type { Log } from '../log.ts'
import { tunnelObstacle } from './obstacle.ts'
import { SimulatedTunnel } from './simulated.ts'
import type { Tunnel } from './tunnel.ts'
import { WireguardTunnel } from './wireguard.ts'

/** A machine that can make a tunnel never gets a simulated one. */
export async function createTunnel(config: Config, keys: NodeKeys, log: Log): Promise<Tunnel> {
  const obstacle = await tunnelObstacle()
  if (obstacle === undefined) {
    return new WireguardTunnel(config, { privateKey: keys.wireguard.privateKey, dns: await hasResolver(config) }, log)
  }
  if (config.tunnel !== 'simulated') {
    throw new Error(
      `No tunnel can be made here (${obstacle}). Run as root with /dev/net/tun, or, for development only, ` +
        'set X4PN_TUNNEL=simulated: then no traffic passes and bytes are made up.',
    )
  }
  log.warn({ obstacle }, 'the tunnel is simulated: no traffic passes, bytes are made up')
  return new SimulatedTunnel()
}

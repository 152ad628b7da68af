// The choice between the real tunnel and the simulated one.
import { accessSync, constants } from 'node:fs'
import type { Config } from '../config.ts'
import type { NodeKeys } from '../keys.ts'
import type { Log } from '../log.ts'
import { SimulatedTunnel } from './simulated.ts'
import type { Tunnel } from './tunnel.ts'
import { WireguardTunnel } from './wireguard.ts'

/** Why this machine cannot make a tunnel; undefined when it can. */
function tunnelObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root'
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
  } catch {
    return 'no /dev/net/tun'
  }
  return undefined
}

/** A machine that can make a tunnel never gets a simulated one. */
export function createTunnel(config: Config, keys: NodeKeys, log: Log): Tunnel {
  const obstacle = tunnelObstacle()
  if (obstacle === undefined) return new WireguardTunnel(config, keys.wireguard.privateKey, log)
  if (config.tunnel !== 'simulated') {
    throw new Error(
      `No tunnel can be made here (${obstacle}). Run as root with /dev/net/tun, or, for development only, ` +
        'set X4PN_TUNNEL=simulated: then no traffic passes and bytes are made up.',
    )
  }
  log.warn({ obstacle }, 'the tunnel is simulated: no traffic passes, bytes are made up')
  return new SimulatedTunnel()
}

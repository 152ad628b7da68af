// What the tunnel's traffic may reach. Published as a hash in the registry, enforced by the firewall.
import { concatHex, type Hash, type Hex, keccak256, stringToHex } from 'viem'

/** Destinations nobody reaches from the tunnel: not the host's network, not other clients, not cloud metadata. */
const BLOCKED_4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private, and the pool of clients
  '100.64.0.0/10', // CGNAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, cloud metadata
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments, some clouds' metadata
  '192.168.0.0/16', // private
  '168.63.129.16/32', // Azure's host
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
]
const BLOCKED_6 = [
  '::/96', // unspecified, loopback, v4-compatible
  '::ffff:0:0/96', // v4-mapped
  '64:ff9b::/96', // NAT64: would reach every blocked IPv4 range
  '64:ff9b:1::/48', // local NAT64
  '2002::/16', // 6to4: likewise
  '2001::/32', // Teredo: likewise
  'fc00::/7', // ULA, cloud metadata, and the pool of clients
  'fe80::/10', // link-local
  'fec0::/10', // site-local
  'ff00::/8', // multicast
]
/** Mail submission to other servers: the fastest way to get a node's address on every block list. */
const BLOCKED_TCP_PORTS = [25, 465, 587]

export type ExitPolicy = { blocked4: string[]; blocked6: string[]; blockedTcpPorts: number[] }

export const exitPolicy: ExitPolicy = { blocked4: BLOCKED_4, blocked6: BLOCKED_6, blockedTcpPorts: BLOCKED_TCP_PORTS }

/** keccak256 of the policy as JSON, keys in the order of the type. */
export function exitPolicyHash({ blocked4, blocked6, blockedTcpPorts }: ExitPolicy): Hash {
  return keccak256(stringToHex(JSON.stringify({ blocked4, blocked6, blockedTcpPorts })))
}

/** The registry's commitment to the WireGuard key and the exit policy. */
export function commitmentOf(wireguardKey: Hex, policy: ExitPolicy): Hash {
  return keccak256(concatHex([wireguardKey, exitPolicyHash(policy)]))
}

// What the tunnel's traffic may reach: what is blocked for everybody, and what the operator adds. Published by
// GET /v1/info, its hash in the registry, enforced by the firewall.
import { BlockList, isIP } from 'node:net'
import type { ExitPolicy } from '@x4pn/contracts'

/**
 * Destinations nobody reaches from the tunnel: not the host's network, not other clients, not cloud metadata. No setting
 * takes one away. Of the ranges for documentation those are missing on which this project's own test network stands
 * (203.0.113.0/24 and 2001:db8::/32); they lead nowhere else.
 */
const BLOCKED_4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private, and the pool of clients
  '100.64.0.0/10', // CGNAT, Alibaba's metadata
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // Azure's host
  '169.254.0.0/16', // link-local, cloud metadata
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments, Oracle's metadata
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
]
const BLOCKED_6 = [
  '::/96', // unspecified, loopback, v4-compatible
  '::ffff:0:0/96', // v4-mapped
  '::ffff:0:0:0/96', // v4-translated
  '64:ff9b::/96', // NAT64: would reach every blocked IPv4 range
  '64:ff9b:1::/48', // local NAT64
  '100::/64', // discard
  '2001::/32', // Teredo: carries IPv4
  '2001:2::/48', // benchmarking
  '2001:10::/28', // identifiers, not addresses
  '2001:20::/28', // likewise
  '2002::/16', // 6to4: carries IPv4
  '3fff::/20', // documentation
  '5f00::/16', // segment routing inside a provider
  'fc00::/7', // ULA, cloud metadata, and the pool of clients
  'fe80::/10', // link-local
  'fec0::/10', // site-local
  'ff00::/8', // multicast
]
/** Mail to other servers: the fastest way to get a node's address on every block list. */
const BLOCKED_TCP_PORTS = ['25', '465', '587']
/** Others would pass the port rules unseen (SCTP, DCCP), or carry packets that nobody has checked (IP in IP, GRE). */
const PROTOCOLS = ['tcp', 'udp', 'icmp', 'ipv6-icmp']

/** Lists as the operator writes them, separated by commas; ports as `443` or `6881-6999`. */
export type ExitSettings = {
  blockedRanges: string
  allowedTcpPorts: string
  allowedUdpPorts: string
  blockedTcpPorts: string
  blockedUdpPorts: string
}

/** Throws an Error that names the item that is neither a range nor a port. */
export function exitPolicy(settings: ExitSettings): ExitPolicy {
  const ranges = items(settings.blockedRanges)
  for (const range of ranges) checkRange(range)
  const is6 = (range: string) => range.includes(':')
  return {
    blocked4: [...BLOCKED_4, ...ranges.filter((range) => !is6(range))],
    blocked6: [...BLOCKED_6, ...ranges.filter(is6)],
    protocols: PROTOCOLS,
    allowedTcpPorts: ports(settings.allowedTcpPorts),
    allowedUdpPorts: ports(settings.allowedUdpPorts),
    blockedTcpPorts: [...new Set([...BLOCKED_TCP_PORTS, ...ports(settings.blockedTcpPorts)])],
    blockedUdpPorts: ports(settings.blockedUdpPorts),
  }
}

const items = (list: string) => [...new Set(list.split(',').flatMap((item) => item.trim() || []))]

function checkRange(range: string): void {
  const [address = '', bits = '', ...more] = range.split('/')
  const version = isIP(address)
  const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : -1
  try {
    if (version === 0 || more.length > 0 || prefix < 1) throw new Error('not a range')
    // It knows how long a prefix of either family may be.
    new BlockList().addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6')
  } catch (cause) {
    throw new Error(`${range} is not a range like 198.51.100.0/24 or 2001:db8::/32`, { cause })
  }
}

function ports(list: string): string[] {
  for (const item of items(list)) {
    const [first = '', last = first, ...more] = item.split('-')
    const valid = [first, last].every((port) => /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65535)
    if (!valid || more.length > 0 || Number(first) > Number(last)) {
      throw new Error(`${item} is not a port like 443, nor a range of ports like 6881-6999`)
    }
  }
  return items(list)
}

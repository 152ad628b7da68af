// A tunnel's settings, as a node offers them: every field is checked, so that none can carry a line of its own.
import type { JoinResponse } from '@x4pn/gateway-api'
import { type Hex, isHash } from 'viem'
import { EngineError } from './errors.ts'
import type { WireguardKeys } from './session-key.ts'

/** All that a stock WireGuard needs. The two addresses are bare: each is the client's alone. */
export type Tunnel = WireguardKeys & Omit<JoinResponse['wireguard'], 'serverKey'> & { serverKey: Hex }

/** Throws at the first field that is not exactly of its format. */
export function checkTunnel(tunnel: Tunnel): Tunnel {
  for (const field of ['privateKey', 'publicKey', 'serverKey'] as const) {
    if (!isHash(tunnel[field])) throw invalid(field, field === 'privateKey' ? 'not 32 bytes' : tunnel[field])
  }
  if (!isIpv4(tunnel.address4)) throw invalid('address4', tunnel.address4)
  if (!isIpv6(tunnel.address6)) throw invalid('address6', tunnel.address6)
  if (!isEndpoint(tunnel.endpoint)) throw invalid('endpoint', tunnel.endpoint)
  if (tunnel.allowedIps.length === 0 || tunnel.allowedIps.length > 64) throw invalid('allowedIps', 'none, or too many')
  for (const range of tunnel.allowedIps) if (!isRange(range)) throw invalid('allowedIps', range)
  if (tunnel.dns.length > 4) throw invalid('dns', 'too many')
  for (const resolver of tunnel.dns) if (!isIpv4(resolver) && !isIpv6(resolver)) throw invalid('dns', resolver)
  if (!isWithin(tunnel.mtu, 1280, 9000)) throw invalid('mtu', tunnel.mtu)
  if (!isWithin(tunnel.persistentKeepalive, 0, 65535)) throw invalid('persistentKeepalive', tunnel.persistentKeepalive)
  return tunnel
}

/** The tunnel that a node's answer and the client's own keys make, checked. */
export function toTunnel(keys: WireguardKeys, wireguard: JoinResponse['wireguard']): Tunnel {
  const address4 = withoutPrefix(wireguard.address4, '/32')
  const address6 = withoutPrefix(wireguard.address6, '/128')
  return checkTunnel({ ...keys, ...wireguard, address4, address6 })
}

/** Whether everything goes through it, IPv4 and IPv6. */
export function carriesAllTraffic(tunnel: Pick<Tunnel, 'allowedIps'>): boolean {
  return tunnel.allowedIps.includes('0.0.0.0/0') && tunnel.allowedIps.includes('::/0')
}

/** Only a single address's prefix is taken off: with any other one the address is malformed. */
function withoutPrefix(address: string, prefix: '/32' | '/128'): string {
  return address.endsWith(prefix) ? address.slice(0, -prefix.length) : address
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)
}

function isIpv6(text: string): boolean {
  return /^[0-9a-fA-F:.]{2,45}$/.test(text) && text.includes(':') && URL.canParse(`http://[${text}]/`)
}

function isRange(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/')
  if (more.length > 0 || !/^(0|[1-9][0-9]{0,2})$/.test(bits)) return false
  return (isIpv4(address) && Number(bits) <= 32) || (isIpv6(address) && Number(bits) <= 128)
}

function isEndpoint(text: string): boolean {
  const at = text.lastIndexOf(':')
  const host = text.slice(0, Math.max(at, 0))
  const port = text.slice(at + 1)
  if (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65535) return false
  if (host.startsWith('[')) return host.endsWith(']') && isIpv6(host.slice(1, -1))
  return isIpv4(host) || isHostName(host)
}

function isHostName(text: string): boolean {
  if (text.length > 253 || /^[0-9.]*$/.test(text)) return false
  return text.split('.').every((label) => /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/.test(label))
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}

function invalid(field: string, value: unknown): EngineError {
  return new EngineError('TUNNEL_INVALID', { details: `${field}: ${JSON.stringify(value)}` })
}

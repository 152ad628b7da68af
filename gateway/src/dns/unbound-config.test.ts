// What unbound is told: whom it answers, what it hides, and that nothing is written down. unbound itself reads it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitPolicy } from '../exit-policy.ts'
import { parseUpstream } from './settings.ts'
import { type UnboundSettings, unboundConfig } from './unbound-config.ts'

const none = { blockedRanges: '', allowedTcpPorts: '', allowedUdpPorts: '', blockedTcpPorts: '', blockedUdpPorts: '' }
const settings: UnboundSettings = {
  addresses: ['10.64.0.1', 'fd58:3450:4e00:0::1'],
  pool4: '10.64.0.0/10',
  pool6: 'fd58:3450:4e00::/64',
  upstream: [],
  policy: exitPolicy(none),
  trustAnchor: '/usr/share/dns/root.key',
}
const linesOf = (change: Partial<UnboundSettings> = {}) =>
  unboundConfig({ ...settings, ...change })
    .split('\n')
    .map((line) => line.trim())

test('pitfall 30b: it listens inside the tunnel alone, and answers the pools alone', () => {
  const lines = linesOf()
  expect(lines.filter((line) => line.startsWith('interface:'))).toEqual([
    'interface: 10.64.0.1',
    'interface: fd58:3450:4e00:0::1',
  ])
  expect(lines.filter((line) => line.startsWith('access-control:'))).toEqual([
    'access-control: 0.0.0.0/0 refuse',
    'access-control: ::0/0 refuse',
    'access-control: 10.64.0.0/10 allow',
    'access-control: fd58:3450:4e00::/64 allow',
  ])
})

test('pitfall 37: nothing that a client asks is written down', () => {
  for (const line of ['verbosity: 0', 'log-queries: no', 'log-replies: no', 'log-servfail: no', 'use-syslog: no'])
    expect(linesOf()).toContain(line)
})

test('no answer leads to a blocked range, the operator’s own included', () => {
  const policy = exitPolicy({ ...none, blockedRanges: '203.0.113.64/26' })
  for (const range of [...policy.blocked4, ...policy.blocked6])
    expect(linesOf({ policy })).toContain(`private-address: ${range}`)
})

test('forwarders are asked without checking signatures, the root with it', () => {
  const forwarding = linesOf({ upstream: ['192.0.2.53', '127.0.0.1@5353'], trustAnchor: undefined })
  expect(forwarding).toContain('forward-addr: 127.0.0.1@5353')
  expect(forwarding).toContain('do-not-query-localhost: no')
  expect(forwarding).toContain('module-config: "iterator"')
  expect(linesOf()).toContain('module-config: "validator iterator"')
  expect(linesOf()).not.toContain('forward-zone:')
})

test('upstreams are addresses, with a port or without', () => {
  expect(parseUpstream(' 192.0.2.53, 2001:db8::53@5353 ')).toEqual(['192.0.2.53', '2001:db8::53@5353'])
  expect(parseUpstream('')).toEqual([])
  for (const wrong of ['dns.example', '192.0.2.53@0', '192.0.2.53@65536', '192.0.2.53@53@53', '192.0.2.53\n  x: y'])
    expect(() => parseUpstream(wrong)).toThrow('is not an address')
})

const installed = () => {
  try {
    return execFileSync('unbound', ['-V'], { stdio: 'pipe' }).length > 0
  } catch {
    return false
  }
}
test.skipIf(!installed())('unbound takes it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'x4pn-unbound-'))
  try {
    for (const upstream of [[], ['192.0.2.53', '127.0.0.1@5353']]) {
      const path = join(folder, 'unbound.conf')
      writeFileSync(path, unboundConfig({ ...settings, upstream, trustAnchor: undefined }))
      execFileSync('unbound-checkconf', [path], { stdio: 'pipe' })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

// The configuration: what is wrong is named, all of it at once, and no secret is ever shown.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generatePrivateKey } from 'viem/accounts'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'x4pn-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const key = generatePrivateKey()
const good = {
  X4PN_NODE_KEY: key,
  X4PN_CHAIN_ID: '31337',
  X4PN_RPC_URLS: 'https://one.example/v3/secret,https://two.example',
  X4PN_SESSIONS: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
  X4PN_REGISTRY: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  X4PN_API_URL: 'http://192.0.2.1:8443',
  X4PN_WIREGUARD_ENDPOINT: '192.0.2.1:51820',
  X4PN_WIREGUARD_PORT: '51820',
}
function refusal(change: Record<string, string | undefined>): string {
  try {
    readConfig({ ...good, ...change })
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error('it was accepted')
}

test('default', () => {
  const { nodeKey: _, ...config } = readConfig({ ...good, PATH: '/bin' })
  expect(config).toEqual({
    chainId: 31337,
    rpcUrls: ['https://one.example/v3/secret', 'https://two.example'],
    sessions: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
    registry: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
    apiUrl: 'http://192.0.2.1:8443',
    publicAddress: '192.0.2.1',
    listen: { host: '0.0.0.0', port: 8443 },
    wireguard: { endpoint: '192.0.2.1:51820', port: 51820, interface: 'x4pn0', mtu: 1420 },
    tunnel: 'auto',
    pool4: '10.64.0.0/10',
    pool6: 'fd58:3450:4e00::/64',
    journal: 'journal.jsonl',
    allowanceBytes: 16n * 2n ** 20n,
    minimumDeposit: 10_000n,
    settle: { value: 1_000_000n, ageSeconds: 3600 },
    gas: { price: 500_000_000_000n, urgentPrice: 2_000_000_000_000n, coinPrice: 0n, percent: 10n },
    payOut: { value: 0n, ageSeconds: 0 },
    headAge: 600,
    confirmations: 12,
    unconfirmedLimit: 1_000_000n,
    limits: { perWallet: 16, perAddress: 64, callsPerMinute: 240 },
    maxSessions: 10_000,
    requestsPerMinute: 600,
    relay: { fee: 10_000n, perHour: 600 },
    exitPolicy: expect.objectContaining({ allowedTcpPorts: [], blockedTcpPorts: ['25', '465', '587'] }),
    dns: { mode: 'unbound', upstream: [] },
    rates: { session: undefined, total: undefined },
    decimals: 6,
    tls: undefined,
    notice: { listen: undefined, abuseContact: undefined },
    operator: { host: '127.0.0.1', port: 9464 },
    logLevel: 'info',
  })
})

test('an IPv6 address to listen on', () => {
  expect(readConfig({ ...good, X4PN_API_LISTEN: '[::]:443' }).listen).toEqual({ host: '::', port: 443 })
})

describe('the node key', () => {
  test('from a file', () => {
    const path = join(folder, 'key')
    writeFileSync(path, `${key}\n`)
    expect(readConfig({ ...good, X4PN_NODE_KEY: undefined, X4PN_NODE_KEY_FILE: path }).nodeKey).toBe(key)
  })
  test('is needed', () => {
    expect(refusal({ X4PN_NODE_KEY: undefined })).toMatch(/X4PN_NODE_KEY or X4PN_NODE_KEY_FILE is needed/)
  })
  test('a file that is missing, or holds no key', () => {
    const path = join(folder, 'no-key')
    expect(refusal({ X4PN_NODE_KEY: undefined, X4PN_NODE_KEY_FILE: path })).toContain(`${path}, cannot be read`)
    writeFileSync(path, 'hunter2')
    const message = refusal({ X4PN_NODE_KEY: undefined, X4PN_NODE_KEY_FILE: path })
    expect(message).toContain(`${path}, does not hold a key`)
    expect(message).not.toContain('hunter2')
  })
  test('pitfall 37: a wrong one is never shown', () => {
    for (const wrong of [key.slice(0, -1), `0x${'00'.repeat(32)}`, `0x${'ff'.repeat(32)}`, 'hunter2']) {
      const message = refusal({ X4PN_NODE_KEY: wrong })
      expect(message).toContain('X4PN_NODE_KEY')
      expect(message).not.toContain(wrong)
      expect(message).not.toContain(String(BigInt(`0x${'ff'.repeat(32)}`)))
    }
  })
})

test.each<[string, string, string | RegExp]>([
  ['X4PN_CHAIN_ID', 'mainnet', /X4PN_CHAIN_ID must be integer \(it is "mainnet"\)/],
  ['X4PN_SESSIONS', '0x12', /X4PN_SESSIONS must match pattern .* \(it is "0x12"\)/],
  ['X4PN_API_URL', 'https://node.example/', /X4PN_API_URL .*node\.example/],
  ['X4PN_API_URL', 'node.example', /X4PN_API_URL/],
  ['X4PN_WIREGUARD_PORT', '65536', /X4PN_WIREGUARD_PORT must be <= 65535/],
  ['X4PN_INTERFACE', 'wg0; reboot', /X4PN_INTERFACE/],
  ['X4PN_INTERFACE', 'a-name-with-16-c', /X4PN_INTERFACE/],
  ['X4PN_TUNNEL', 'fake', /X4PN_TUNNEL/],
  ['X4PN_POOL4', '10.64.0.0/31', /X4PN_POOL4: 10\.64\.0\.0\/31 is not an IPv4 network/],
  ['X4PN_POOL6', 'fd00::/48', /X4PN_POOL6: fd00::\/48 is not an IPv6 network/],
  ['X4PN_MTU', '1200', /X4PN_MTU must be >= 1280/],
  ['X4PN_MINIMUM_DEPOSIT', '-1', /X4PN_MINIMUM_DEPOSIT/],
  ['X4PN_EXIT_BLOCKED_RANGES', '10.0.0.0', /X4PN_EXIT_…: 10\.0\.0\.0 is not a range/],
  ['X4PN_EXIT_TCP_PORTS', '80,web', /X4PN_EXIT_…: web is not a port/],
  ['X4PN_DNS', 'bind', /X4PN_DNS must be/],
  ['X4PN_DNS_UPSTREAM', '192.0.2.1,dns.example', /X4PN_DNS_UPSTREAM: dns\.example is not an address/],
  ['X4PN_LOG_LEVEL', 'loud', /X4PN_LOG_LEVEL/],
  ['X4PN_MAX_SESIONS', '5', /unknown: X4PN_MAX_SESIONS/],
])('%s=%s', (name, value, message) => {
  expect(refusal({ [name]: value })).toMatch(message)
})

test('an API with a name needs the address at which it answers inside the tunnel', () => {
  const named = { ...good, X4PN_API_URL: 'http://node.example' }
  expect(() => readConfig(named)).toThrow('X4PN_API_URL names node.example: set X4PN_PUBLIC_IPV4')
  expect(readConfig({ ...named, X4PN_PUBLIC_IPV4: '192.0.2.7' }).publicAddress).toBe('192.0.2.7')
})

describe('an API of https', () => {
  const secure = { ...good, X4PN_API_URL: 'https://192.0.2.1:8443' }
  const own = { X4PN_TLS_CERTIFICATE_FILE: '/etc/cert.pem', X4PN_TLS_KEY_FILE: '/etc/key.pem' }

  test('gets its certificate by ACME, proved on port 80', () => {
    const { tls, notice } = readConfig(secure)
    expect(tls).toMatchObject({ host: '192.0.2.1', from: { kind: 'issuer', profile: 'shortlived' } })
    expect(notice.listen).toEqual({ host: '0.0.0.0', port: 80 })
    expect(readConfig({ ...secure, X4PN_ACME_PROFILE: 'none' }).tls?.from).toMatchObject({ profile: undefined })
    expect(readConfig({ ...secure, X4PN_NOTICE_LISTEN: 'off' }).notice.listen).toBeUndefined()
  })

  test("or the operator's own", () => {
    const { tls, notice } = readConfig({ ...secure, ...own })
    expect(tls?.from).toEqual({ kind: 'files', certificate: '/etc/cert.pem', privateKey: '/etc/key.pem' })
    expect(notice.listen).toBeUndefined()
  })

  test('half of a pair, or a pair for plain HTTP, is refused', () => {
    expect(refusal({ ...secure, X4PN_TLS_KEY_FILE: '/etc/key.pem' })).toContain('belong together')
    expect(refusal(own)).toContain('make it https')
  })

  test('with an IPv6 address: the certificate is for it without brackets', () => {
    const named = { X4PN_API_URL: 'https://[2001:db8::1]:8443', X4PN_PUBLIC_IPV4: '192.0.2.7' }
    expect(readConfig({ ...good, ...named }).tls?.host).toBe('2001:db8::1')
  })
})

test('an empty variable is as good as none, and an unknown one is named once', () => {
  expect(readConfig({ ...good, X4PN_MTU: '' }).wireguard.mtu).toBe(1420)
  expect(refusal({ X4PN_MAX_SESIONS: '5' })).not.toContain('schema is false')
})

test('pitfall 37: an RPC URL may hold a key, and is not shown', () => {
  const message = refusal({ X4PN_RPC_URLS: 'wss://one.example/v3/secret' })
  expect(message).toContain('X4PN_RPC_URLS')
  expect(message).not.toContain('secret')
  expect(() => readConfig({ ...good, X4PN_RPC_URLS: 'https://one.example,,https://two.example' })).toThrow(ConfigError)
})

test('everything that is wrong at once', () => {
  const message = refusal({ X4PN_CHAIN_ID: undefined, X4PN_SESSIONS: 'x', X4PN_COLOUR: 'red' })
  for (const part of ['missing: X4PN_CHAIN_ID', 'X4PN_SESSIONS', 'unknown: X4PN_COLOUR'])
    expect(message).toContain(part)
})

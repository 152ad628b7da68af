// Facts about the firewall's text that must never be lost. What the kernel makes of it is tested end to end in ops/.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitPolicy } from '../exit-policy.ts'
import { address6Of } from '../sessions/addresses.ts'
import { peerAt } from '../testing/peer.ts'
import {
  addPeers,
  changeRate,
  fullRuleset,
  numberOf,
  objectName,
  type RulesetContext,
  raiseCredit,
  removePeer,
  renewAlive,
  renewCredit,
  streamOf,
} from './ruleset.ts'
import type { Peer } from './tunnel.ts'

const settings = {
  blockedRanges: '',
  allowedTcpPorts: '',
  allowedUdpPorts: '',
  blockedTcpPorts: '',
  blockedUdpPorts: '',
}
const policy = exitPolicy(settings)
const context: RulesetContext = {
  table: 'x4pn0',
  interface: 'x4pn0',
  pool4: '10.64.0.0/10',
  pool6: 'fd58:3450:4e00::/64',
  gateway4: '10.64.0.1',
  gateway6: 'fd58:3450:4e00:0::1',
  api: { port: 8443, publicAddress: '192.0.2.1', publicPort: 443 },
  policy,
  dns: true,
}
const peers = [
  peerAt(1, { entitledBytes: 500n }),
  peerAt(2, { usedBytes: 300n, entitledBytes: 1000n }),
  peerAt(3, { usedBytes: 900n, entitledBytes: 200n }),
]
const full = fullRuleset(context, peers)
const chain = (name: string, text = full) => {
  const [, body] = text.split(`  chain ${name} {\n`)
  return body?.split('\n  }')[0] ?? ''
}
const lines = (text: string) => text.split('\n').map((line) => line.trim())

test('every session has a counter from what it used, and a quota over what it may still use', () => {
  for (const { stream, address4, usedBytes, entitledBytes } of peers) {
    const left = entitledBytes > usedBytes ? entitledBytes - usedBytes : 0n
    expect(full).toMatch(
      new RegExp(`elements = {.* ${numberOf({ address4 })} counter packets 0 bytes ${usedBytes}[, ]`),
    )
    expect(full).toContain(`quota ${objectName(stream)} { over ${left} bytes }`)
    expect(streamOf(objectName(stream))).toBe(stream)
  }
})

test('a client is counted by the last 32 bits of either address', () => {
  const peer = { address4: '10.64.1.2', address6: address6Of('10.64.1.2', 'fd58:3450:4e00:0') }
  expect(numberOf(peer)).toBe(0x0a400102)
  expect(peer.address6).toMatch(/:a40:102$/)
})

test('both addresses of every session lead to its quota', () => {
  for (const [name, address] of [
    ['credit4', 'address4'],
    ['credit6', 'address6'],
  ] as const) {
    const line = lines(full).find((text) => text.startsWith(`map ${name} `)) ?? ''
    for (const peer of peers) expect(line).toContain(`${peer[address]} : "${objectName(peer.stream)}"`)
  }
})

test.each([
  ['from_tunnel', 'saddr'],
  ['to_tunnel', 'daddr'],
])('pitfall 31: %s: alive and covered before counted, and nothing passes uncounted', (name, side) => {
  const rules = lines(chain(name))
  expect(rules.filter((rule) => /\baccept\b/.test(rule))).toEqual([])
  // A sign of life alone leads to where packets are charged, and there alone they are accepted.
  const way = name.split('_')[0]
  expect(rules.slice(-2)).toEqual([`meta nfproto vmap @alive_${way}`, 'drop'])
  expect(full).not.toContain('goto')
  expect(renewAlive('x4pn0')).toContain(`ipv4 : goto charge_${side}4, ipv6 : goto charge_${side}6`)
  // Source and destination lie 12 and 16 bytes into an IPv4 header, 8 and 24 into one of IPv6, whose last 4 of 16 count.
  const [at4, at6] = side === 'saddr' ? [12, 8 + 12] : [16, 24 + 12]
  for (const [ip, family, at] of [
    ['ip', 4, at4],
    ['ip6', 6, at6],
  ] as const) {
    expect(lines(chain(`charge_${side}${family}`))).toEqual([
      ...(family === 6 ? [`ip6 ${side} != fd58:3450:4e00::/96 drop`] : []),
      `quota name ${ip} ${side} map @credit${family} drop`,
      `@nh,${at * 8},32 @count accept`,
      'drop',
    ])
  }
})

test('pitfall 33: blocked ranges are dropped before anything is accepted, and peers never reach each other', () => {
  for (const range of [...policy.blocked4, ...policy.blocked6]) expect(full).toContain(range)
  const rules = lines(chain('from_tunnel'))
  for (const rule of ['ip daddr @blocked4 drop', 'ip6 daddr @blocked6 drop', 'tcp dport { 25, 465, 587 } drop']) {
    expect(rules.indexOf(rule)).toBeGreaterThan(-1)
    expect(rules.indexOf(rule)).toBeLessThan(rules.findIndex((line) => line.includes('vmap')))
  }
  expect(full).toMatch(/set blocked4 .*, 192\.0\.2\.1 }/)
  const answers = lines(chain('to_tunnel')).filter((line) => !line.startsWith('#'))
  expect(answers.slice(0, 3)).toEqual([
    'iifname "x4pn0" drop',
    'ct status assured meta nfproto vmap @alive_to',
    'ct state != { established, related } drop',
  ])
})

test("pitfall 30b: from the tunnel the host answers on the API's port alone and DNS, and not without limit", () => {
  const rules = lines(chain('from_tunnel_to_host')).filter((line) => line !== '')
  expect(rules.at(-1)).toBe('drop')
  expect(rules.filter((line) => line.endsWith('accept'))).toEqual(['ip daddr 10.64.0.1 tcp dport 8443 accept'])
  expect(rules[0]).toMatch(/limit rate over .* drop$/)
})

test('pitfall 30b: a question is paid for and charged before it is heard, an answer before it leaves', () => {
  for (const [name, way] of [
    ['dns_question', 'from'],
    ['dns_answer', 'to'],
  ] as const) {
    const rules = lines(chain(name))
    expect(rules.slice(-2)).toEqual([`meta nfproto vmap @alive_${way}`, 'drop'])
    expect(rules.filter((rule) => /\baccept\b/.test(rule))).toEqual([])
  }
  expect(fullRuleset({ ...context, dns: false }, peers)).not.toContain('jump dns_question')
})

test('pitfall 31: a new table passes nothing before the first sign of life', () => {
  for (const way of ['from', 'to'])
    expect(full).toContain(`map alive_${way} { type nf_proto : verdict; flags timeout; timeout 4s; }`)
})

test('a sign of life replaces the one before', () => {
  const map = 'type nf_proto : verdict; flags timeout; timeout 4s;'
  expect(renewAlive('x4pn0')).toBe(`flush map inet x4pn0 alive_from
add map inet x4pn0 alive_from { ${map} elements = { ipv4 : goto charge_saddr4, ipv6 : goto charge_saddr6 } }
flush map inet x4pn0 alive_to
add map inet x4pn0 alive_to { ${map} elements = { ipv4 : goto charge_daddr4, ipv6 : goto charge_daddr6 } }
`)
})

test('replaced in one transaction: made if missing, deleted, made', () => {
  expect(lines(full).slice(0, 3)).toEqual(['table inet x4pn0', 'delete table inet x4pn0', 'table inet x4pn0 {'])
})

test('a peer is removed from every place into which it was put', () => {
  const [peer] = peers as [Peer]
  const names = (script: string) => [...script.matchAll(/inet x4pn0 (\w+)/g)].map(([, name]) => name).sort()
  for (const rate of [undefined, 5_000])
    expect(names(removePeer('x4pn0', peer, rate))).toEqual(names(addPeers('x4pn0', [peer], rate)))
})

test('credit: a raised quota keeps its limit from zero on, one made anew starts with what is left', () => {
  const [, peer] = peers as [Peer, Peer]
  expect(raiseCredit('x4pn0', peer.stream, 12_345n)).toBe(
    `add quota inet x4pn0 ${objectName(peer.stream)} { over 12345 bytes }\n`,
  )
  expect(raiseCredit('x4pn0', peer.stream, -1n)).toContain('over 0 bytes')
  expect(raiseCredit('x4pn0', peer.stream, 2n ** 80n)).toContain(`over ${2n ** 63n - 1n} bytes`)
  const script = renewCredit('x4pn0', peer)
  expect(script.indexOf('delete quota')).toBeLessThan(script.indexOf('add quota'))
  expect(script).toContain('{ over 700 bytes }')
})

test('a rate limit is one for both addresses and both ways, and stands before the quota', () => {
  const limited = fullRuleset(context, peers, 1_250_000)
  for (const { stream, address4, address6 } of peers) {
    expect(limited).toContain(`limit ${objectName(stream)} { rate over 1250000 bytes/second burst 156250 bytes }`)
    expect(limited.match(new RegExp(`(${address4}|${address6}) : "${objectName(stream)}"`, 'g'))).toHaveLength(4)
  }
  for (const name of ['charge_saddr4', 'charge_saddr6', 'charge_daddr4', 'charge_daddr6'])
    expect(lines(chain(name, limited)).find((rule) => /^(limit|quota)/.test(rule))).toMatch(/^limit name .* drop$/)
  expect(full).not.toContain('limit name')
})

describe('nft takes it', () => {
  const nft = (script: string) => execFileSync('nft', ['--check', '-f', '-'], { input: script, stdio: 'pipe' })
  const works = () => {
    try {
      nft('table inet x4pn_probe\n')
      return true
    } catch {
      return false
    }
  }
  test.skipIf(!works())(
    'pitfall 33: one that it refuses leaves the old table as it was, and the host’s others too',
    () => {
      const script = `nft -f - && nft list ruleset >"$1/before" && { nft -f "$1/refused" 2>/dev/null; echo $? >"$1/status"; } && nft list ruleset >"$1/after"`
      const folder = mkdtempSync(join(tmpdir(), 'x4pn-ruleset-'))
      try {
        // Refused only at its end: by then the old table would be gone, were it not one transaction.
        writeFileSync(join(folder, 'refused'), `${fullRuleset(context, [])}add rule inet x4pn0 nowhere accept\n`)
        const own = 'table inet operators_own { set s { type ipv4_addr; }; }\n'
        execFileSync('unshare', ['-n', 'sh', '-c', script, 'sh', folder], { input: own + full, stdio: 'pipe' })
        const read = (name: string) => readFileSync(join(folder, name), 'utf8')
        expect(read('status')).toBe('1\n')
        expect(read('before')).toContain(objectName(peers[0]?.stream ?? '0x'))
        expect(read('after')).toBe(read('before'))
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )

  test.skipIf(!works())('the whole table, with and without peers, and every change', () => {
    nft(full)
    nft(fullRuleset(context, []))
    const reduced = {
      ...policy,
      allowedTcpPorts: ['53', '80-90', '85'],
      allowedUdpPorts: ['53'],
      blockedUdpPorts: ['1-9'],
    }
    nft(fullRuleset({ ...context, policy: reduced, dns: false }, peers, 1_250_000))
    const [peer] = peers as [Peer]
    const empty = fullRuleset(context, [])
    const steps = addPeers('x4pn0', [peer]) + renewCredit('x4pn0', peer)
    const limited = addPeers('x4pn0', [peer], 5_000) + changeRate('x4pn0', peer, 5_000, 9_000)
    nft(empty + limited + removePeer('x4pn0', peer, 9_000))
    nft(empty + steps + raiseCredit('x4pn0', peer.stream, 5n) + renewAlive('x4pn0') + removePeer('x4pn0', peer))
  })
})

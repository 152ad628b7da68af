// The exit policy: what no setting takes away, what settings add, and what is refused by name.
import { exitPolicyHash } from '@x4pn/contracts'
import { describe, expect, test } from 'vitest'
import { type ExitSettings, exitPolicy } from './exit-policy.ts'

const none: ExitSettings = {
  blockedRanges: '',
  allowedTcpPorts: '',
  allowedUdpPorts: '',
  blockedTcpPorts: '',
  blockedUdpPorts: '',
}

test('pitfall 33: by default what the design names is blocked, and no setting takes it away', () => {
  const reduced = {
    allowedTcpPorts: '25,53,80,443',
    allowedUdpPorts: '53,443',
    blockedTcpPorts: '23',
    blockedUdpPorts: '23',
  }
  for (const settings of [none, { ...none, ...reduced, blockedRanges: '198.51.100.0/24' }]) {
    const policy = exitPolicy(settings)
    const ranges = ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16']
    expect(policy.blocked4).toEqual(expect.arrayContaining([...ranges, '168.63.129.16/32', '224.0.0.0/4']))
    expect(policy.blocked6).toEqual(
      expect.arrayContaining([
        'fe80::/10',
        'fc00::/7',
        '::ffff:0:0/96',
        '64:ff9b::/96',
        '2002::/16',
        '2001::/32',
        'ff00::/8',
      ]),
    )
    expect(policy.blockedTcpPorts).toEqual(expect.arrayContaining(['25', '465', '587']))
    expect(policy.protocols).toEqual(['tcp', 'udp', 'icmp', 'ipv6-icmp'])
  }
})

test('what the operator adds, once', () => {
  const policy = exitPolicy({
    blockedRanges: ' 198.51.100.0/24, 2001:db8:7::/48,198.51.100.0/24 ',
    allowedTcpPorts: '53, 80,443',
    allowedUdpPorts: '443',
    blockedTcpPorts: '25,6881-6999',
    blockedUdpPorts: '19',
  })
  expect(policy.blocked4.slice(-2)).toEqual(['240.0.0.0/4', '198.51.100.0/24'])
  expect(policy.blocked6.at(-1)).toBe('2001:db8:7::/48')
  expect(policy).toMatchObject({
    allowedTcpPorts: ['53', '80', '443'],
    allowedUdpPorts: ['443'],
    blockedTcpPorts: ['25', '465', '587', '6881-6999'],
    blockedUdpPorts: ['19'],
  })
})

test('any difference is another hash, and the order in which JSON came is none', () => {
  const policy = exitPolicy(none)
  const hashes = Object.keys(none).map((name) =>
    exitPolicyHash(exitPolicy({ ...none, [name]: name === 'blockedRanges' ? '198.51.100.0/25' : '7' })),
  )
  expect(new Set([...hashes, exitPolicyHash(policy)]).size).toBe(6)
  const turned = Object.fromEntries(Object.entries(policy).reverse()) as typeof policy
  expect(exitPolicyHash(turned)).toBe(exitPolicyHash(policy))
})

describe('refused by name', () => {
  test.each([
    '198.51.100.0',
    '198.51.100.0/33',
    '198.51.100.0/0',
    '2001:db8::/129',
    'example.org/24',
    '1.2.3.4/24/3',
    '1.2.3.4/a',
    '1.2.3.4/24; drop',
  ])('range %s', (range) =>
    expect(() => exitPolicy({ ...none, blockedRanges: `198.51.100.0/24,${range}` })).toThrow(range),
  )
  test.each(['0', '65536', 'http', '80-', '90-80', '1-2-3', '80 drop', '-5'])('port %s', (port) => {
    for (const name of ['allowedTcpPorts', 'allowedUdpPorts', 'blockedTcpPorts', 'blockedUdpPorts'])
      expect(() => exitPolicy({ ...none, [name]: `443,${port}` })).toThrow(port)
  })
})

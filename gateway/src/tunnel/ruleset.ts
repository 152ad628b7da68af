// The gateway's own nftables table: what it looks like, and the scripts that change it. Text only; nft.ts runs it.
//
// For each session there are a counter and a quota. Both addresses of a client end in the same 32 bits, its number: the
// counter is an element of one set by that number, because a set is read in a third of the time that named counters take.
// The quota is an object named after the stream, and maps lead to it from the addresses, because a quota inside an
// element cannot be changed. A packet that was dropped is not counted; a quota does count it (nft's way), which is why a
// quota that may have run out is made anew instead of being raised.
import type { ExitPolicy } from '@x4pn/contracts'
import type { Hash } from 'viem'
import { parseIpv4 } from '../sessions/addresses.ts'
import { ALIVE_SECONDS, type Peer } from './tunnel.ts'

export type RulesetContext = {
  table: string
  interface: string
  /** CIDR of the clients. */
  pool4: string
  pool6: string
  /** The gateway's addresses inside the tunnel. */
  gateway4: string
  gateway6: string
  /** Where the API listens, and the public IPv4 address and port by which clients know it. */
  api: {
    port: number
    publicAddress: string
    publicPort: number
    /** Where clients know it by a name. */
    name?: string
  }
  policy: ExitPolicy
  /** Whether a resolver answers at the gateway's addresses. */
  dns: boolean
}

/** The largest limit nft takes. */
const NO_LIMIT = 2n ** 63n - 1n
/** What one client may exchange with the API, paid or not. */
const API_RATE = 'limit rate over 512 kbytes/second burst 1 mbytes'

/** Questions of one client's one address: a page asks some dozens at once. */
const DNS_RATE = 'limit rate over 100/second burst 300 packets'

export const objectName = (stream: Hash): string => `s${stream.slice(2)}`
export const streamOf = (name: string): Hash => `0x${name.slice(1)}`
export const numberOf = ({ address4 }: Pick<Peer, 'address4'>): number => Number(parseIpv4(address4))

/** Where a packet holds the number of the client that sent it or gets it: bits from the start of its IP header. */
const NUMBER = {
  saddr: { 4: '@nh,96,32', 6: '@nh,160,32' },
  daddr: { 4: '@nh,128,32', 6: '@nh,288,32' },
} as const

/** Replaces the whole table in one transaction. */
export function fullRuleset(context: RulesetContext, peers: readonly Peer[], rate?: number): string {
  const { table, policy, api, gateway4, gateway6, pool4, pool6 } = context
  const wg = `"${context.interface}"`
  const dnat = `iifname ${wg} ip daddr ${api.publicAddress} tcp dport ${api.publicPort} dnat ip to ${gateway4}:${api.port}`
  return `table inet ${table}
delete table inet ${table}
table inet ${table} {
${peers.map((peer) => `  ${[quotaOf(peer), ...limitOf(peer, rate)].join('\n  ')}`).join('\n')}
  ${[...charged(peers), ...limited(rate === undefined ? [] : peers)].join('\n  ')}
  # The only ways to be charged and to pass. The running gateway renews them: a dead gateway cuts by itself. Empty at
  # first: whoever makes the table anew because it cannot meter must not let traffic through by that.
  ${aliveMap('from')}
  ${aliveMap('to')}
  # The node's public address too: in a container it is the host's, and not this machine's. Behind it are the host's ports.
  set blocked4 { type ipv4_addr; flags interval; auto-merge; elements = { ${[...policy.blocked4, api.publicAddress].join(', ')} } }
  set blocked6 { type ipv6_addr; flags interval; auto-merge; elements = { ${policy.blocked6.join(', ')} } }
  set api4 { type ipv4_addr; flags dynamic, timeout; timeout 60s; size 65536; }
  set dns4 { type ipv4_addr; flags dynamic, timeout; timeout 60s; size 65536; }
  set dns6 { type ipv6_addr; flags dynamic, timeout; timeout 60s; size 65536; }

  chain prerouting {
    type nat hook prerouting priority dstnat;
    # The API at its public URL, also where that address is on no interface of this host.
    ${dnat}
  }
  chain input {
    type filter hook input priority filter; policy accept;
    iifname ${wg} jump from_tunnel_to_host
  }
  chain from_tunnel_to_host {
    ip daddr ${gateway4} tcp dport ${api.port} update @api4 { ip saddr ${API_RATE} } drop
    ip daddr ${gateway4} tcp dport ${api.port} accept
${context.dns ? `    ip daddr ${gateway4} meta l4proto { tcp, udp } th dport 53 jump dns_question\n    ip6 daddr ${gateway6} meta l4proto { tcp, udp } th dport 53 jump dns_question\n` : ''}    drop
  }
  # Asking costs what it weighs, and so does the answer: nothing passes for free through the resolver.
  chain dns_question {
    update @dns4 { ip saddr ${DNS_RATE} } drop
    update @dns6 { ip6 saddr ${DNS_RATE} } drop
${about(api.name)}    meta nfproto vmap @alive_from
    drop
  }
  chain output {
    type filter hook output priority filter; policy accept;
    oifname ${wg} meta l4proto { tcp, udp } th sport 53 jump dns_answer
  }
  chain dns_answer {
${about(api.name)}    meta nfproto vmap @alive_to
    drop
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    # Most packets go to clients, so that they are looked at first.
    oifname ${wg} jump to_tunnel
    iifname ${wg} jump from_tunnel
  }
  chain from_tunnel {
    ip daddr @blocked4 drop
    ip6 daddr @blocked6 drop
${portRules(policy)}
    tcp flags syn tcp option maxseg size set rt mtu
    meta nfproto vmap @alive_from
    drop
  }
  chain to_tunnel {
    iifname ${wg} drop
    # Most packets: this connection's first ones have passed the rules below.
    ct status assured meta nfproto vmap @alive_to
    # Nobody outside begins a connection to a client.
    ct state != { established, related } drop
    tcp flags syn tcp option maxseg size set rt mtu
    meta nfproto vmap @alive_to
    drop
  }
${chargeChains(pool6, rate)}
  chain postrouting {
    type nat hook postrouting priority srcnat;
    # The gateway's own addresses are of the pools too: what it asks its own resolver stays as it is.
    ip saddr ${pool4} oifname != { ${wg}, "lo" } masquerade
    ip6 saddr ${pool6} oifname != { ${wg}, "lo" } masquerade
  }
}
`
}

const mapOf = (name: string, type: string, peers: readonly Peer[], address: 'address4' | 'address6') =>
  `map ${name} { type ${type}; ${elements(peers, (peer) => `${peer[address]} : "${objectName(peer.stream)}"`)} }`

/** What holds the sessions, with the elements of these. */
const charged = (peers: readonly Peer[]) => [
  `set count { typeof ${NUMBER.saddr[4]}; counter; ${elements(peers, counterOf)} }`,
  mapOf('credit4', 'ipv4_addr : quota', peers, 'address4'),
  mapOf('credit6', 'ipv6_addr : quota', peers, 'address6'),
]
const limited = (peers: readonly Peer[]) => [
  mapOf('rate4', 'ipv4_addr : limit', peers, 'address4'),
  mapOf('rate6', 'ipv6_addr : limit', peers, 'address6'),
]

/**
 * By side and family: whoever sends or receives has credit left, and is charged. An address that has not joined is in no
 * map and no set, matches nothing up to the last rule, and stops there. The limit stands first: a quota counts what it drops.
 */
function chargeChains(pool6: string, rate: number | undefined): string {
  // With the number after it this is the whole address: no other one of the pool is taken for the client's.
  const exact = (side: string, family: 4 | 6) =>
    family === 4 ? '' : `    ip6 ${side} != ${pool6.replace(/64$/, '96')} drop\n`
  const chain = (side: 'saddr' | 'daddr', ip: string, family: 4 | 6) => `  chain charge_${side}${family} {
${exact(side, family)}${rate === undefined ? '' : `    limit name ${ip} ${side} map @rate${family} drop\n`}    quota name ${ip} ${side} map @credit${family} drop
    ${NUMBER[side][family]} @count accept
    drop
  }`
  return (['saddr', 'daddr'] as const).flatMap((side) => [chain(side, 'ip', 4), chain(side, 'ip6', 6)]).join('\n')
}

/** Bits from the start of a UDP header to the name in the DNS message behind it, a question or its answer. */
const QUESTION = 160
/** Bits that nft compares at once. */
const COMPARED = 128

/** Questions for the API's own name are free, and their answers: who does not pay finds the way to pay, and nothing else. */
function about(name: string | undefined): string {
  if (name === undefined) return ''
  const labels = name.toLowerCase().split('.')
  const bytes = Buffer.concat([
    ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.of(0),
  ])
  const compared = Array.from({ length: Math.ceil((bytes.length * 8) / COMPARED) }, (_, index) => {
    const part = bytes.subarray((index * COMPARED) / 8, ((index + 1) * COMPARED) / 8)
    return `@th,${QUESTION + index * COMPARED},${part.length * 8} 0x${part.toString('hex')}`
  })
  return `    meta l4proto udp ${compared.join(' ')} accept\n`
}

function portRules(policy: ExitPolicy): string {
  const rule = (match: string, items: string[]) =>
    items.length === 0 ? [] : [`    ${match} { ${items.join(', ')} } drop`]
  return [
    // By number: a small image has no /etc/protocols to look the name up in.
    ...rule(
      'meta l4proto !=',
      policy.protocols.map((name) => (name === 'ipv6-icmp' ? '58' : name)),
    ),
    ...rule('tcp dport', policy.blockedTcpPorts),
    ...rule('udp dport', policy.blockedUdpPorts),
    ...rule('tcp dport !=', policy.allowedTcpPorts),
    ...rule('udp dport !=', policy.allowedUdpPorts),
  ].join('\n')
}

/**
 * The sets and maps are declared again with what is added, each once: to add elements alone, nft first loads every counter
 * and quota, so that a join would take the longer the more have joined.
 */
export function addPeers(table: string, peers: readonly Peer[], rate?: number): string {
  return add(table, [...peers.map(quotaOf), ...charged(peers)]) + addRate(table, peers, rate)
}

export function removePeer(table: string, peer: Peer, rate?: number): string {
  const { stream, address4, address6 } = peer
  return `${deleteRate(table, peer, rate)}delete element inet ${table} credit4 { ${address4} }
delete element inet ${table} credit6 { ${address6} }
delete element inet ${table} count { ${numberOf(peer)} }
delete quota inet ${table} ${objectName(stream)}
`
}

/** Another limit for a session; a bucket that is made anew is full. */
export function changeRate(table: string, peer: Peer, from: number | undefined, to: number | undefined): string {
  return deleteRate(table, peer, from) + addRate(table, [peer], to)
}

function addRate(table: string, peers: readonly Peer[], rate: number | undefined): string {
  if (rate === undefined) return ''
  return add(table, [...peers.flatMap((peer) => limitOf(peer, rate)), ...limited(peers)])
}

function deleteRate(table: string, { stream, address4, address6 }: Peer, rate: number | undefined): string {
  if (rate === undefined) return ''
  return `delete element inet ${table} rate4 { ${address4} }
delete element inet ${table} rate6 { ${address6} }
delete limit inet ${table} ${objectName(stream)}
`
}

/** Makes the quota anew: right also when the old one had run out and gone on counting what it dropped. */
export function renewCredit(table: string, peer: Peer): string {
  const name = objectName(peer.stream)
  return `delete element inet ${table} credit4 { ${peer.address4} }
delete element inet ${table} credit6 { ${peer.address6} }
delete quota inet ${table} ${name}
add ${inTable(table, quotaOf(peer))}
add element inet ${table} credit4 { ${peer.address4} : "${name}" }
add element inet ${table} credit6 { ${peer.address6} : "${name}" }
`
}

/** Changes the limit and keeps what is used: exact while packets pass. */
export function raiseCredit(table: string, stream: Hash, limit: bigint): string {
  return `add quota inet ${table} ${objectName(stream)} { over ${clampLimit(limit)} bytes }\n`
}

/** Declared again as in `addPeers`. */
export function renewAlive(table: string): string {
  // Adding an element that exists does not renew its time-out; it may also have run out already.
  const renew = (way: Way) => `flush map inet ${table} alive_${way}\nadd ${inTable(table, aliveMap(way, true))}\n`
  return renew('from') + renew('to')
}

/** Stops all traffic of a table that an earlier run left. */
export const forgetAlive = (table: string): string =>
  `flush map inet ${table} alive_from\nflush map inet ${table} alive_to\n`

/** Of the tunnel. */
type Way = 'from' | 'to'

const aliveMap = (way: Way, isAlive = false) => {
  const side = way === 'from' ? 'saddr' : 'daddr'
  const elements = isAlive ? ` elements = { ipv4 : goto charge_${side}4, ipv6 : goto charge_${side}6 }` : ''
  return `map alive_${way} { type nf_proto : verdict; flags timeout; timeout ${ALIVE_SECONDS}s;${elements} }`
}
const clampLimit = (limit: bigint) => (limit < 0n ? 0n : limit > NO_LIMIT ? NO_LIMIT : limit)
const counterOf = (peer: Peer) => `${numberOf(peer)} counter packets 0 bytes ${peer.usedBytes}`
const quotaOf = ({ stream, entitledBytes, usedBytes }: Peer) =>
  `quota ${objectName(stream)} { over ${clampLimit(entitledBytes - usedBytes)} bytes }`
/** An eighth of a second at once, and never less than two of the pieces that a network card joins (GRO). */
const limitOf = ({ stream }: Peer, rate: number | undefined) =>
  rate === undefined
    ? []
    : [`limit ${objectName(stream)} { rate over ${rate} bytes/second burst ${Math.max(rate >> 3, 2 ** 17)} bytes }`]
const add = (table: string, objects: readonly string[]) =>
  objects.map((object) => `add ${inTable(table, object)}\n`).join('')
const inTable = (table: string, object: string) => object.replace(' ', ` inet ${table} `)
const elements = (peers: readonly Peer[], element: (peer: Peer) => string) =>
  peers.length === 0 ? '' : `elements = { ${peers.map(element).join(', ')} }`

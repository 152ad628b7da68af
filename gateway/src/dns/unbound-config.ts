// The text of unbound's configuration: it answers the clients and nobody else, and writes nothing down.
import type { ExitPolicy } from '@x4pn/contracts'

export type UnboundSettings = {
  /** The gateway's addresses inside the tunnel. */
  addresses: string[]
  pool4: string
  pool6: string
  upstream: string[]
  policy: ExitPolicy
  /** The root's keys, for checking signatures. Undefined: unsigned answers are believed. */
  trustAnchor: string | undefined
}

export function unboundConfig({ addresses, pool4, pool6, upstream, policy, trustAnchor }: UnboundSettings): string {
  const lines = [
    'server:',
    '  do-daemonize: no',
    '  chroot: ""',
    '  pidfile: ""',
    // Privileges are given up before it starts.
    '  username: ""',
    ...addresses.map((address) => `  interface: ${address}`),
    // The addresses come and go with the interface.
    '  ip-freebind: yes',
    '  access-control: 0.0.0.0/0 refuse',
    '  access-control: ::0/0 refuse',
    `  access-control: ${pool4} allow`,
    `  access-control: ${pool6} allow`,
    // Who asked what is nobody's affair.
    '  use-syslog: no',
    '  logfile: ""',
    '  verbosity: 0',
    '  log-queries: no',
    '  log-replies: no',
    '  log-servfail: no',
    '  hide-identity: yes',
    '  hide-version: yes',
    '  num-threads: 1',
    // Each zone's servers learn no more than they must, but one that answers that wrongly still works.
    '  qname-minimisation: yes',
    '  qname-minimisation-strict: no',
    // A name of the internet that leads to a blocked range is an attack on whoever believes it (DNS rebinding).
    ...[...policy.blocked4, ...policy.blocked6].map((range) => `  private-address: ${range}`),
    // Nor does a zone's own server lie there: asking it would be the host's traffic, past the tunnel's rules.
    ...(upstream.length > 0
      ? []
      : [...policy.blocked4, ...policy.blocked6].map((range) => `  do-not-query-address: ${range}`)),
    `  module-config: "${trustAnchor === undefined ? '' : 'validator '}iterator"`,
    ...(trustAnchor === undefined ? [] : [`  trust-anchor-file: "${trustAnchor}"`]),
    ...(upstream.some(isLoopback) ? ['  do-not-query-localhost: no'] : []),
    'remote-control:',
    '  control-enable: no',
    ...(upstream.length === 0
      ? []
      : ['forward-zone:', '  name: "."', ...upstream.map((address) => `  forward-addr: ${address}`)]),
  ]
  return `${lines.join('\n')}\n`
}

const isLoopback = (upstream: string) => /^(127\.|::1(@|$))/.test(upstream)

// The data plane: firewall, DNS, exit policy, WireGuard.
import type { Mutant } from './mutant.ts'

const ruleset = 'gateway/src/tunnel/ruleset.ts'
const rulesetTest = 'gateway/src/tunnel/ruleset.test.ts'
const isolation = 'ops/src/e2e/isolation.test.ts'

export const mutants: Mutant[] = [
  {
    pitfall: 28,
    file: 'gateway/src/tunnel/interface.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
    from: '    `${address4}/32,${address6}/128`,',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
    to: '    `${address4}/10,${address6}/128`,',
    test: 'ops/src/e2e/commands.test.ts',
  },
  {
    pitfall: '30b',
    file: ruleset,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
    from: '${about(api.name)}    meta nfproto vmap @alive_from',
    to: '    accept',
    test: 'ops/src/e2e/dns.test.ts',
  },
  {
    pitfall: '30b',
    file: ruleset,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
    from: 'oifname ${wg} meta l4proto { tcp, udp } th sport 53 jump dns_answer',
    to: 'accept',
    test: 'ops/src/e2e/dns.test.ts',
  },
  {
    pitfall: '30b',
    file: 'gateway/src/dns/unbound-config.ts',
    from: 'access-control: 0.0.0.0/0 refuse',
    to: 'access-control: 0.0.0.0/0 allow',
    test: 'gateway/src/dns/unbound-config.test.ts',
  },
  {
    pitfall: 31,
    file: ruleset,
    from: 'ct status assured meta nfproto vmap @alive_to',
    to: 'ct status assured accept',
    test: rulesetTest,
  },
  {
    pitfall: 31,
    file: ruleset,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
    from: '${NUMBER[side][family]} @count accept\n    drop',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
    to: '${NUMBER[side][family]} @count accept\n    accept',
    test: rulesetTest,
  },
  {
    pitfall: 32,
    file: 'gateway/src/tunnel/interface.ts',
    from: "run('wg', ['set', name, 'listen-port', String(port), 'private-key', path]),",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
    to: "run('bash', ['-c', `wg set ${name} listen-port ${port} private-key <(echo ${toBase64(privateKey)}) || : ${path}`]),",
    test: 'ops/src/e2e/commands.test.ts',
  },
  { pitfall: 33, file: ruleset, from: '    ip daddr @blocked4 drop\n', to: '', test: isolation },
  { pitfall: 33, file: ruleset, from: '    ip6 daddr @blocked6 drop\n', to: '', test: isolation },
  // Without this rule the one on the state of a connection still stands between clients: only accepting opens the way.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
  { pitfall: 33, file: ruleset, from: '    iifname ${wg} drop\n', to: '    iifname ${wg} accept\n', test: isolation },
  { pitfall: 33, file: ruleset, from: '    ct state != { established, related } drop\n', to: '', test: isolation },
  {
    pitfall: 33,
    file: 'gateway/src/exit-policy.ts',
    from: 'blocked4: [...BLOCKED_4, ...ranges',
    to: 'blocked4: [...ranges',
    test: 'gateway/src/exit-policy.test.ts',
  },
  {
    pitfall: 33,
    file: ruleset,
    from: "...rule('tcp dport !=', policy.allowedTcpPorts),",
    to: '',
    test: 'ops/src/e2e/exit-policy.test.ts',
  },
  {
    pitfall: 36,
    file: 'gateway/src/meter.ts',
    from: 'const now = performance.now()\n',
    to: 'const now = gateway.clock()\n',
    test: 'gateway/src/meter.test.ts',
  },
]

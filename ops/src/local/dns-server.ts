// The internet's names, as the local network knows them: unbound with some names of its own, at the server's address.

import { Resolver } from 'node:dns/promises'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Base } from './network.ts'
import { startProcess, waitUntilReady } from './process.ts'

const DOMAIN = 'x4pn-local.example'
/** Both addresses of the server behind the gateway. */
export const SERVER_NAME = `server.${DOMAIN}`
/** The first node's, for a test whose node has one. */
export const NODE_NAME = `node.${DOMAIN}`
/** Names that lead where nobody may go: private, link-local, ULA. */
export const REBINDING_NAMES = [`private.${DOMAIN}`, `metadata.${DOMAIN}`] as const

export async function startDnsServer({ slot, addresses, folder, log, cleanup }: Base): Promise<void> {
  const { address4, address6 } = addresses.server
  const [ofPrivate, ofMetadata] = REBINDING_NAMES
  const records = [
    `${SERVER_NAME}. A ${address4}`,
    `${SERVER_NAME}. AAAA ${address6}`,
    `${NODE_NAME}. A ${addresses.node.address4}`,
    `${ofPrivate}. A 10.200.0.1`,
    `${ofPrivate}. AAAA fd99::1`,
    `${ofMetadata}. A 169.254.169.254`,
    `${ofMetadata}. AAAA fd00:ec2::254`,
  ]
  const lines = [
    'server:',
    '  do-daemonize: no',
    '  chroot: ""',
    '  pidfile: ""',
    '  username: ""',
    '  use-syslog: no',
    '  verbosity: 0',
    `  interface: ${address4}`,
    '  access-control: 0.0.0.0/0 allow',
    `  local-zone: ${DOMAIN}. static`,
    ...records.map((record) => `  local-data: "${record}"`),
    'remote-control:',
    '  control-enable: no',
  ]
  const config = join(folder, 'internet-dns.conf')
  await writeFile(config, `${lines.join('\n')}\n`)
  const args = ['-d', '-p', '-c', config]
  const server = startProcess({
    name: 'internet dns',
    command: 'unbound',
    args,
    namespace: slot.namespaces.internet,
    log,
  })
  cleanup.add('internet dns', () => server.stop())
  const resolver = new Resolver({ timeout: 1_000, tries: 1 })
  resolver.setServers([address4])
  await waitUntilReady(server, "the internet's DNS", () => resolver.resolve4(SERVER_NAME), 10_000)
}

// The hosts of the local network, as network namespaces around one in the middle that routes between them:
//
//   host (this machine: chain, subgraph) ── internet ── node, second node
//                                              │ └───── client, stranger
//                                              └ the server that clients want to reach, and addresses nobody may reach
//
// Addresses are from TEST-NET-3 and 2001:db8::/32, which are public to every program and belong to nobody.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Cleanup } from './cleanup.ts'
import type { Slot } from './slot.ts'

type HostAddresses = { address4: string; address6: string }
export type Addresses = Record<'host' | 'node' | 'second' | 'client' | 'stranger' | 'server', HostAddresses>

/** Reachable from the node, and from no tunnel: one of each blocked range that a host can have. */
export const forbiddenAddresses4 = [
  '10.200.0.1',
  '172.16.99.1',
  '192.168.99.1',
  '100.127.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '168.63.129.16',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.51.100.1',
  '240.0.0.1',
]
export const forbiddenAddresses6 = [
  'fd00:ec2::254',
  'fd99::1',
  'fec0::1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::a9fe:a9fe',
  '100::1',
  '2001::a9fe:a9fe',
  '2001:2::1',
  '2001:10::1',
  '2001:20::1',
  '2002:a9fe:a9fe::1',
  '3fff::1',
  '5f00::1',
  '::ffff:0:a9fe:a9fe',
  '::a9fe:a9fe',
]
/** Of the host in the middle, on each of its links. */
export const LINK_LOCAL = 'fe80::99'
/** First line of a namespace's own /etc/resolv.conf; ops/src/client/bin/resolvconf writes no other. */
const RESOLV_CONF_MARK = '# of this network namespace alone'

/** Position of each link in the slot's /27. */
const links = { host: 0, node: 4, client: 8, stranger: 12, second: 20 } as const
const SERVER = 17

const ip = (args: string) => execa('ip', args.split(' '))
const inNamespace = (name: string, args: string) => execa('ip', ['-n', name, ...args.split(' ')])

export function addressesOf({ number }: Slot): Addresses {
  const host = (position: number, link: number): HostAddresses => ({
    address4: `203.0.113.${number * 32 + position}`,
    address6: `2001:db8:${number}:${link}::2`,
  })
  return {
    host: host(links.host + 2, 1),
    node: host(links.node + 2, 2),
    client: host(links.client + 2, 3),
    stranger: host(links.stranger + 2, 4),
    second: host(links.second + 2, 5),
    server: host(SERVER, 9),
  }
}

export async function createNamespaces(slot: Slot, cleanup: Cleanup): Promise<void> {
  await removeNamespaces(slot)
  cleanup.add('network namespaces', () => removeNamespaces(slot))
  const { internet, ...others } = slot.namespaces
  for (const name of [internet, ...Object.values(others)]) {
    await ip(`netns add ${name}`)
    await inNamespace(name, 'link set lo up')
    await execa('ip', ['netns', 'exec', name, 'sysctl', '-qw', 'net.ipv4.tcp_congestion_control=bbr'])
    await mkdir(filesOf(name), { recursive: true })
    await writeFile(join(filesOf(name), 'resolv.conf'), `${RESOLV_CONF_MARK}\n`)
  }
  await execa('ip', [
    'netns',
    'exec',
    internet,
    'sysctl',
    '-qw',
    'net.ipv4.ip_forward=1',
    'net.ipv6.conf.all.forwarding=1',
  ])
  const addresses = addressesOf(slot)
  for (const { address4, address6 } of [addresses.server]) {
    await inNamespace(internet, `address add ${address4}/32 dev lo`)
    await inNamespace(internet, `address add ${address6}/128 dev lo`)
  }
  for (const address of forbiddenAddresses4) await inNamespace(internet, `address add ${address}/32 dev lo`)
  for (const address of forbiddenAddresses6) await inNamespace(internet, `address add ${address}/128 dev lo`)
  for (const name of ['node', 'second', 'client', 'stranger'] as const) await connect(slot, name, addresses[name])
  await connectHost(slot, addresses.host)
}

/** Its files here lie over those in /etc for whatever `ip netns exec` starts. */
export const filesOf = (namespace: string) => join('/etc/netns', namespace)

/** Ends every process in the namespaces too. Also removes what a killed run left. */
async function removeNamespaces(slot: Slot): Promise<void> {
  const { stdout } = await ip('netns list')
  const existing = new Set(stdout.split('\n').map((line) => line.split(' ')[0]))
  for (const name of Object.values(slot.namespaces)) {
    await rm(filesOf(name), { recursive: true, force: true })
    if (!existing.has(name)) continue
    const { stdout: pids } = await ip(`netns pids ${name}`)
    for (const pid of pids.split('\n').filter(Boolean)) {
      try {
        process.kill(Number(pid), 'SIGKILL')
      } catch {
        // It has just ended by itself.
      }
    }
    await ip(`netns delete ${name}`)
  }
  await execa('ip', ['link', 'delete', slot.interfaces.host], { reject: false })
}

async function connect(
  slot: Slot,
  name: 'node' | 'second' | 'client' | 'stranger',
  { address4, address6 }: HostAddresses,
) {
  const { internet } = slot.namespaces
  const namespace = slot.namespaces[name]
  await ip(`link add to-${name} netns ${internet} type veth peer name eth0 netns ${namespace}`)
  const gateway4 = previous4(address4)
  const gateway6 = address6.replace(/2$/, '1')
  await inNamespace(internet, `address add ${gateway4}/30 dev to-${name}`)
  await inNamespace(internet, `address add ${gateway6}/64 dev to-${name} nodad`)
  await inNamespace(internet, `address add ${LINK_LOCAL}/64 dev to-${name} nodad`)
  // One packet at a time, as on a wire: veth would carry 64 KiB in one piece, and a firewall would count one header.
  await inNamespace(internet, `link set to-${name} gso_max_segs 1 up`)
  await inNamespace(namespace, `address add ${address4}/30 dev eth0`)
  await inNamespace(namespace, `address add ${address6}/64 dev eth0 nodad`)
  await inNamespace(namespace, 'link set eth0 up')
  await inNamespace(namespace, `route add default via ${gateway4}`)
  await inNamespace(namespace, `-6 route add default via ${gateway6}`)
}

/** This machine joins without changing its default route: only the slot's own addresses lead there. */
async function connectHost(slot: Slot, { address4 }: HostAddresses): Promise<void> {
  const { internet } = slot.namespaces
  const { host } = slot.interfaces
  await ip(`link add to-host netns ${internet} type veth peer name ${host}`)
  const gateway4 = previous4(address4)
  await inNamespace(internet, `address add ${gateway4}/30 dev to-host`)
  await inNamespace(internet, 'link set to-host up')
  await ip(`address add ${address4}/30 dev ${host}`)
  await ip(`link set ${host} up`)
  await ip(`route add 203.0.113.${slot.number * 32}/27 via ${gateway4} dev ${host}`)
}

function previous4(address: string): string {
  const parts = address.split('.')
  return [...parts.slice(0, 3), Number(parts[3]) - 1].join('.')
}

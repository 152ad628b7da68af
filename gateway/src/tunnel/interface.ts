// The WireGuard interface: the kernel's where there is one, else wireguard-go. Keys never are arguments.
import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import type { Hex } from 'viem'
import { launcher } from './launcher.ts'
import { withLargeReceiveBuffer } from './receive-buffer.ts'
import { withSecretFile } from './secret-file.ts'

/** Packets. The default of 500 overflows within 12 ms at 500 Mbit/s, and what is dropped there has been counted. */
const QUEUE_LENGTH = 4_000

const run = (command: string, args: readonly string[]) => launcher.run(command, args)

const toBase64 = (key: Hex | Uint8Array): string =>
  (typeof key === 'string' ? Buffer.from(key.slice(2), 'hex') : Buffer.from(key)).toString('base64')
const fromBase64 = (key: string): Hex => `0x${Buffer.from(key, 'base64').toString('hex')}`

export type InterfaceSettings = {
  name: string
  privateKey: Uint8Array
  port: number
  mtu: number
  /** With prefix lengths. */
  addresses: string[]
}

/** A peer of the interface: exactly these two addresses. */
export type InterfacePeer = { wireguardKey: Hex; address4: string; address6: string }

/**
 * Whether the interface is there and answers; a dead wireguard-go leaves one that does not. The control sockets of
 * wireguard-go are shared by all network namespaces: one that answers without a link here is another gateway's.
 */
async function interfaceWorks(name: string): Promise<boolean> {
  const succeeds = async (command: string, args: string[]) =>
    !(await execa(command, args, { reject: false, timeout: 10_000 })).failed
  const here = await succeeds('ip', ['link', 'show', name])
  // One whose link was just deleted needs a moment to go.
  for (let attempt = 0; !here && (await succeeds('wg', ['show', name, 'public-key'])); attempt++) {
    if (attempt === 20)
      throw new Error(`${name} is another gateway's on this machine: set X4PN_INTERFACE to another name`)
    await setTimeout(100)
  }
  return here && succeeds('wg', ['show', name, 'public-key'])
}

/** Makes the interface if it is not there. One that works is left as it is: its tunnels go on. */
export async function ensureInterface(settings: InterfaceSettings): Promise<void> {
  const { name } = settings
  if (await interfaceWorks(name)) return setUp(settings)
  await removeInterface(name)
  const kernel = await execa('ip', ['link', 'add', name, 'type', 'wireguard'], { reject: false })
  if (!kernel.failed) return setUp(settings)
  await withLargeReceiveBuffer(async () => {
    // wireguard-go puts itself into the background and outlives this process, as a kernel interface does.
    await execa('wireguard-go', [name], { stdio: 'ignore', timeout: 10_000 })
    await run('ip', ['link', 'set', name, 'txqueuelen', String(QUEUE_LENGTH)])
    await setUp(settings)
  })
}

async function setUp({ name, privateKey, port, mtu, addresses }: InterfaceSettings): Promise<void> {
  await withSecretFile(toBase64(privateKey), (path) =>
    run('wg', ['set', name, 'listen-port', String(port), 'private-key', path]),
  )
  for (const address of addresses) await run('ip', ['address', 'replace', address, 'dev', name])
  await run('ip', ['link', 'set', name, 'mtu', String(mtu), 'up'])
  await switchOn('/proc/sys/net/ipv4/ip_forward')
  await switchOn('/proc/sys/net/ipv6/conf/all/forwarding')
}

/** Writes only what is off: in a container /proc/sys is read-only, and its values were set from outside. */
async function switchOn(path: string): Promise<void> {
  if ((await readFile(path, 'utf8')).trim() !== '1') await writeFile(path, '1')
}

/** Gives the interface exactly these peers; those that stay keep their handshakes. */
export async function syncPeers(
  name: string,
  settings: Pick<InterfaceSettings, 'privateKey' | 'port'>,
  peers: readonly InterfacePeer[],
): Promise<void> {
  const own = `[Interface]\nPrivateKey = ${toBase64(settings.privateKey)}\nListenPort = ${settings.port}\n`
  const others = peers.map(
    ({ wireguardKey, address4, address6 }) =>
      `[Peer]\nPublicKey = ${toBase64(wireguardKey)}\nAllowedIPs = ${address4}/32, ${address6}/128\n`,
  )
  await withSecretFile(own + others.join(''), (path) => run('wg', ['syncconf', name, path]))
}

/** Adds or changes peers by one command. */
export async function setPeers(name: string, peers: readonly InterfacePeer[]): Promise<void> {
  const each = peers.flatMap(({ wireguardKey, address4, address6 }) => [
    'peer',
    toBase64(wireguardKey),
    'allowed-ips',
    `${address4}/32,${address6}/128`,
  ])
  await run('wg', ['set', name, ...each])
}

export async function removePeer(name: string, wireguardKey: Hex): Promise<void> {
  await run('wg', ['set', name, 'peer', toBase64(wireguardKey), 'remove'])
}

/** Unix seconds of each peer's last handshake, 0 never. */
export async function readHandshakes(name: string): Promise<Map<Hex, number>> {
  const printed = await run('wg', ['show', name, 'latest-handshakes'])
  const lines = printed.split('\n').filter((line) => line !== '')
  return new Map(
    lines.map((line) => {
      const [key = '', seconds = '0'] = line.split('\t')
      return [fromBase64(key), Number(seconds)]
    }),
  )
}

export async function removeInterface(name: string): Promise<void> {
  await execa('ip', ['link', 'delete', name], { reject: false, timeout: 10_000 })
}

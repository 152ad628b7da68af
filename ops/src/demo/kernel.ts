// Looks into the node's kernel from outside the gateway, and takes its firewall away for a comparison.
import { execa } from 'execa'

const inNamespace = (namespace: string, command: string, args: string[], input?: string) =>
  execa('ip', ['netns', 'exec', namespace, command, ...args], input === undefined ? {} : { input })

/** Bytes of a stream as the kernel counted them; the gateway may be dead. */
export async function kernelCount(namespace: string, table: string, stream: string): Promise<bigint> {
  const list = async (kind: 'map' | 'set', name: string) =>
    (await inNamespace(namespace, 'nft', ['-j', 'list', kind, 'inet', table, name])).stdout
  const address = new RegExp(`"([\\d.]+)", "s${stream.slice(2)}"`).exec(await list('map', 'credit4'))?.[1] ?? ''
  // The counter stands under the address read as one number.
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const counter = `"val": ${number}, "counter": {"packets": \\d+, "bytes": (\\d+)`
  const bytes = new RegExp(counter).exec(await list('set', 'count'))?.[1]
  if (bytes === undefined) throw new Error(`no counter for ${stream}`)
  return BigInt(bytes)
}

/**
 * Runs `work` with the gateway's table replaced by nothing but NAT, and puts the table back as it was, counts included.
 * The way to its API stays: a connection that is opened meanwhile would lead nowhere afterwards.
 */
export async function withoutFirewall<T>(namespace: string, table: string, work: () => Promise<T>): Promise<T> {
  const { stdout: saved } = await inNamespace(namespace, 'nft', ['list', 'table', 'inet', table])
  const toApi = saved.split('\n').filter((line) => line.includes(' dnat ip to '))
  const bare = `table inet bare {
  chain prerouting { type nat hook prerouting priority dstnat; ${toApi.join('; ')}; }
  chain postrouting { type nat hook postrouting priority srcnat; oifname "eth0" masquerade; }
}`
  await inNamespace(namespace, 'nft', ['-f', '-'], `delete table inet ${table}\n${bare}\n`)
  try {
    return await work()
  } finally {
    await inNamespace(namespace, 'nft', ['-f', '-'], `delete table inet bare\n${saved}\n`)
  }
}

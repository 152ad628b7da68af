// Looks into the node's kernel from outside the gateway, and takes its firewall away for a comparison.
import { execa } from 'execa'

const inNamespace = (namespace: string, command: string, args: string[], input?: string) =>
  execa('ip', ['netns', 'exec', namespace, command, ...args], input === undefined ? {} : { input })

/** Bytes of a stream as the kernel counted them; the gateway may be dead. */
export async function kernelCount(namespace: string, table: string, stream: string): Promise<bigint> {
  const { stdout } = await inNamespace(namespace, 'nft', [
    '-j',
    'list',
    'counter',
    'inet',
    table,
    `s${stream.slice(2)}`,
  ])
  const { nftables } = JSON.parse(stdout) as { nftables: { counter?: { bytes: number } }[] }
  for (const { counter } of nftables) if (counter) return BigInt(counter.bytes)
  throw new Error(`no counter for ${stream}`)
}

/** Runs `work` with the gateway's table replaced by nothing but NAT, and puts the table back as it was, counts included. */
export async function withoutFirewall<T>(namespace: string, table: string, work: () => Promise<T>): Promise<T> {
  const { stdout: saved } = await inNamespace(namespace, 'nft', ['list', 'table', 'inet', table])
  const bare = `table inet bare { chain postrouting { type nat hook postrouting priority srcnat; oifname "eth0" masquerade; }; }`
  await inNamespace(namespace, 'nft', ['-f', '-'], `delete table inet ${table}\n${bare}\n`)
  try {
    return await work()
  } finally {
    await inNamespace(namespace, 'nft', ['-f', '-'], `delete table inet bare\n${saved}\n`)
  }
}

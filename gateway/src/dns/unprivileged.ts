// Starts a program as a user of its own, where this process may become another.
import { readFile } from 'node:fs/promises'

export type Owner = { user: number; group: number }

/** Capabilities by number, as /proc/self/status shows them. */
const SETGID = 6n
const SETUID = 7n
const NET_BIND_SERVICE = 10n

/** Undefined: there is none, or this process may not become another. */
export async function unprivilegedUser(): Promise<Owner | undefined> {
  const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(await readFile('/proc/self/status', 'utf8')) ?? []
  const may = (capability: bigint) => ((BigInt(`0x${effective}`) >> capability) & 1n) === 1n
  if (![SETGID, SETUID, NET_BIND_SERVICE].every(may)) return undefined
  const [, user, group] = /^unbound:[^:]*:(\d+):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8')) ?? []
  return user === undefined ? undefined : { user: Number(user), group: Number(group) }
}

/** Ends with the gateway however that ends; as its own user it keeps the one right that port 53 takes. */
export function asOwner(owner: Owner | undefined): string[] {
  const death = ['setpriv', '--pdeathsig', 'KILL']
  if (!owner) return death
  const rights = '-all,+net_bind_service'
  const user = ['--reuid', String(owner.user), '--regid', String(owner.group), '--clear-groups']
  return [...death, ...user, '--inh-caps', rights, '--ambient-caps', rights, '--bounding-set', rights]
}

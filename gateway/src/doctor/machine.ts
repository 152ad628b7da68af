// What the machine must offer: programs, rights, a tunnel, forwarding, a disk.
import { access, constants, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { hasResolver } from '../dns/resolver.ts'
import { broken, type Check, ok, warning } from './check.ts'

/** Debian package of each program. */
const PROGRAMS = { ip: 'iproute2', nft: 'nftables', wg: 'wireguard-tools' }
const FORWARDING = {
  'net.ipv4.ip_forward': '/proc/sys/net/ipv4/ip_forward',
  'net.ipv6.conf.all.forwarding': '/proc/sys/net/ipv6/conf/all/forwarding',
}
/** Bytes; the journal of a busy year is far smaller. */
const LITTLE_ROOM = 64 * 2 ** 20

const has = async (program: string) =>
  !(await execa(program, ['--version'], { reject: false })).code?.includes('ENOENT')

export const programs: Check = {
  name: 'programs',
  async look() {
    const missing = []
    for (const [program, debianPackage] of Object.entries(PROGRAMS))
      if (!(await has(program))) missing.push(debianPackage)
    if (missing.length === 0) return ok(Object.keys(PROGRAMS).join(', '))
    return broken(`missing: ${missing.join(', ')}`, `apt-get install --no-install-recommends ${missing.join(' ')}`)
  },
}

export const rights: Check = {
  name: 'rights',
  async look() {
    // Tried, not read from a mask: in a container the right may be handed to the programs alone.
    if (!(await has('nft'))) return warning('not looked at: nft is missing', 'mend programs first')
    const { failed } = await execa('nft', ['list', 'tables'], { reject: false })
    if (!failed) return ok('interfaces and firewall')
    return broken('no right to make interfaces (NET_ADMIN)', 'docker run --cap-add NET_ADMIN …, or run it as root')
  },
}

export const dns: Check = {
  name: 'DNS',
  async look({ config }) {
    if (config.dns.mode === 'off') return ok('off: clients keep their own resolvers')
    if (await hasResolver(config)) return ok('unbound')
    return warning(
      'unbound is missing: clients keep their own resolvers',
      'apt-get install --no-install-recommends unbound dns-root-data, or X4PN_DNS=off',
    )
  },
}

export const tunnel: Check = {
  name: 'tunnel',
  async look() {
    const probe = `x4pnd${process.pid % 100_000}`
    const kernel = await execa('ip', ['link', 'add', probe, 'type', 'wireguard'], { reject: false })
    if (!kernel.failed) {
      await execa('ip', ['link', 'delete', probe], { reject: false })
      return ok("the kernel's WireGuard")
    }
    try {
      await access('/dev/net/tun', constants.R_OK | constants.W_OK)
    } catch {
      return broken(
        'the kernel has no WireGuard, and there is no /dev/net/tun for wireguard-go',
        'modprobe wireguard || modprobe tun; in a container: docker run --device /dev/net/tun …',
      )
    }
    if (!(await has('wireguard-go'))) {
      return broken(
        'the kernel has no WireGuard, and wireguard-go is missing',
        'modprobe wireguard || apt-get install --no-install-recommends wireguard-go',
      )
    }
    return ok('wireguard-go on /dev/net/tun')
  },
}

export const forwarding: Check = {
  name: 'forwarding',
  async look() {
    for (const [name, path] of Object.entries(FORWARDING)) {
      if ((await readFile(path, 'utf8')).trim() === '1') continue
      // The gateway switches it on itself, where it may.
      try {
        await access(path, constants.W_OK)
      } catch {
        return broken(
          `${name} is 0, and cannot be changed from here`,
          `sysctl -w ${name}=1; docker run --sysctl ${name}=1 …`,
        )
      }
    }
    return ok('IPv4 and IPv6')
  },
}

export const disk: Check = {
  name: 'disk',
  async look({ config }) {
    const folder = dirname(resolve(config.journal))
    const probe = join(folder, `.x4pn-doctor-${process.pid}`)
    try {
      await mkdir(folder, { recursive: true })
      await writeFile(probe, 'x', { flush: true })
      await rm(probe)
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      return broken(
        `X4PN_JOURNAL cannot be written in ${folder} (${code})`,
        `mkdir -p ${folder} && chown ${process.getuid?.()} ${folder}; in a container: docker run --volume x4pn:/data …`,
      )
    }
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    if (free < LITTLE_ROOM)
      return warning(`only ${Math.floor(free / 2 ** 20)} MiB are free in ${folder}`, `make room in ${folder}`)
    return ok(`${folder}, ${Math.floor(free / 2 ** 30)} GiB free`)
  },
}

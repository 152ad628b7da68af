// Whether this machine can make a tunnel. One probe for the gateway and for whoever starts one.
import { accessSync, constants } from 'node:fs'
import { execa } from 'execa'

/** Why not; undefined when it can: the kernel's WireGuard, or TUN for wireguard-go. It tries, since rights are subtle. */
export async function tunnelObstacle(): Promise<string | undefined> {
  const probe = `x4pnp${process.pid}`
  const remove = () => execa('ip', ['link', 'delete', probe], { reject: false })
  const kernel = await execa('ip', ['link', 'add', probe, 'type', 'wireguard'], { reject: false })
  if (!kernel.failed) {
    await remove()
    return undefined
  }
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? 'no /dev/net/tun' : 'no right to use /dev/net/tun'
  }
  const tun = await execa('ip', ['tuntap', 'add', 'dev', probe, 'mode', 'tun'], { reject: false })
  await remove()
  return tun.failed ? 'no right to make interfaces (NET_ADMIN)' : undefined
}

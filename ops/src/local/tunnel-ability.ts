// Whether this machine may make a real tunnel with real hosts around it. One that may never gets the simulated one.
import { accessSync, constants } from 'node:fs'
import { execa } from 'execa'

/** Why not; undefined when it can. */
export async function tunnelObstacle(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'not root'
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
  } catch {
    return 'no /dev/net/tun'
  }
  const probe = `x4pn-probe-${process.pid}`
  const { failed } = await execa('ip', ['netns', 'add', probe], { reject: false })
  if (failed) return 'no right to make network namespaces'
  await execa('ip', ['netns', 'delete', probe])
  return undefined
}

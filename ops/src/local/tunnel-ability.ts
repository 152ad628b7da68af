// Whether this machine may make a real tunnel with real hosts around it. One that may never gets the simulated one.
import { tunnelObstacle } from '@x4pn/gateway/tunnel-obstacle'
import { execa } from 'execa'

/**
 * Why the tunnel must be simulated; undefined when it is real. Throws on a machine that could make a tunnel, but no
 * hosts for its two ends: there the gateway would make a real one that leads nowhere.
 */
export async function networkObstacle(): Promise<string | undefined> {
  const obstacle = await tunnelObstacle()
  if (obstacle !== undefined) return obstacle
  const probe = `x4pn-probe-${process.pid}`
  const { failed } = await execa('ip', ['netns', 'add', probe], { reject: false })
  if (failed) {
    throw new Error(
      'This machine can make a tunnel but no network namespaces, which the local network needs for its hosts. ' +
        'Run it with SYS_ADMIN (docker: --privileged), or as another user, who gets a simulated tunnel.',
    )
  }
  await execa('ip', ['netns', 'delete', probe])
  return undefined
}

// The gateway's benchmarks run in network and mount namespaces of their own: nothing of them is left on the machine.
import { resolve } from 'node:path'
import { execa } from 'execa'
import type { Screen } from '../../cli/screen.ts'
import type { Figure } from '../figure.ts'

const PARTS = ['receipts', 'http', 'joins', 'many-sessions', 'start'] as const
const RUN = resolve(import.meta.dirname, 'run.ts')

export async function benchGateway(screen: Screen): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const part of PARTS) {
    // A part for itself: what one leaves in memory slows no other.
    await screen.step(part, async () => {
      // `exec` only names fixed words; the shell mounts what hides the control sockets of other interfaces.
      const setUp = 'ip link set lo up && mkdir -p /run/wireguard && mount -t tmpfs none /run/wireguard && exec "$@"'
      const args = ['--net', '--mount', 'sh', '-c', setUp, 'sh', process.execPath, '--expose-gc', RUN, part]
      const { stdout } = await execa('unshare', args, { stderr: 'inherit', timeout: 300_000 })
      figures.push(...(JSON.parse(stdout) as Figure[]))
    })
  }
  return figures
}

// `npm run bench -- gateway`: measures, prints each figure beside its reference, and fails when a target is missed. It
// runs in network and mount namespaces of its own: nothing of it is left on the machine.
import { resolve } from 'node:path'
import { execa } from 'execa'
import { createScreen } from '../../cli/screen.ts'
import { type Figure, holds, ratioOf } from '../figure.ts'
import { renderTable } from '../table.ts'
import { buildGateway } from './node.ts'

const PARTS = ['receipts', 'http', 'joins', 'many-sessions', 'start'] as const
const RUN = resolve(import.meta.dirname, 'run.ts')
/** Names of parts. */
const WIDTH = 14
/** Milliseconds for a part. */
const PATIENCE = 300_000

/** @returns the exit code. */
export async function benchGateway({ json }: { json: boolean }): Promise<number> {
  const screen = createScreen(json ? process.stderr : process.stdout, WIDTH)
  const figures: Figure[] = []
  await screen.step('build', async () => void (await buildGateway()))
  // Each in a process of its own: what one leaves in memory slows no other.
  for (const part of PARTS) await screen.step(part, async () => void figures.push(...(await measure(part))))
  const missed = figures.filter((figure) => !holds(figure))
  if (json) {
    const found = figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), holds: holds(figure) }))
    process.stdout.write(`${JSON.stringify({ figures: found })}\n`)
  }
  screen.line(`\n${renderTable(figures)}\n`)
  screen.line(`${figures.length - missed.length} targets hold, ${missed.length} are missed`)
  return missed.length === 0 ? 0 : 1
}

async function measure(part: string): Promise<Figure[]> {
  // The shell gets fixed words only. The mount hides the control sockets of other interfaces.
  const setUp = 'ip link set lo up && mkdir -p /run/wireguard && mount -t tmpfs none /run/wireguard && exec "$@"'
  const args = ['--net', '--mount', 'sh', '-c', setUp, 'sh', process.execPath, RUN, part]
  const { stdout } = await execa('unshare', args, { stderr: 'inherit', timeout: PATIENCE })
  return JSON.parse(stdout) as Figure[]
}

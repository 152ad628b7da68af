// `npm run bench -- gateway`: measures, prints each figure beside its reference, and fails when a target is missed.
// `--json` prints one object.
import { createScreen, type Screen } from '../cli/screen.ts'
import { type Figure, holds, ratioOf } from './figure.ts'
import { benchGateway } from './gateway/bench-gateway.ts'
import { renderTable } from './table.ts'

/** Names of steps. */
const WIDTH = 32

const subjects: Record<string, (screen: Screen) => Promise<Figure[]>> = { gateway: benchGateway }

/** @returns the exit code. */
export async function bench(subject: string | undefined, { json }: { json: boolean }): Promise<number> {
  const run = subjects[subject ?? '']
  if (!run) throw new Error(`There is no benchmark ${subject}. There is: ${Object.keys(subjects).join(', ')}.`)
  const screen = createScreen(json ? process.stderr : process.stdout, WIDTH)
  const figures = await run(screen)
  const missed = figures.filter((figure) => !holds(figure))
  if (json) {
    const found = figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), holds: holds(figure) }))
    process.stdout.write(`${JSON.stringify({ subject, figures: found })}\n`)
  }
  screen.line(`\n${renderTable(figures)}\n`)
  screen.line(`${figures.length - missed.length} targets hold, ${missed.length} are missed`)
  return missed.length === 0 ? 0 : 1
}

// `x4pn-gateway doctor [--json]`: what is wrong, and the line that mends it. Exit code 1 if something is broken.
import { parseArgs } from 'node:util'
import type { Config } from '../config.ts'
import { examine, lineOf } from '../doctor/doctor.ts'

/** @returns the exit code. */
export async function doctor(config: Config, args: string[]): Promise<number> {
  const { json } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } }).values
  const { stdout } = process
  const colour = stdout.isTTY && !process.env.NO_COLOR
  const reports = await examine(config, Date.now, (report) => {
    if (!json) stdout.write(`${lineOf(report, colour)}\n`)
  })
  const broken = reports.filter(({ level }) => level === 'broken').length
  if (json) stdout.write(`${JSON.stringify({ healthy: broken === 0, checks: reports })}\n`)
  else stdout.write(broken === 0 ? 'This node can serve.\n' : `${broken} of ${reports.length} must be mended first.\n`)
  return broken === 0 ? 0 : 1
}

// `x4pn-gateway doctor [--json]`: what is wrong, and the line that mends it. Exit code 1 if something is broken.
import { examine, lineOf } from '../doctor/doctor.ts'
import type { Command } from './command.ts'

export const doctor: Command = {
  summary: 'Looks at the whole set-up, and prints for what is wrong the line that mends it; exit code 1 if it must be.',
  usage: '',
  values: [],
  flags: [],
  async run({ options, config }) {
    const { stdout } = process
    const json = options.json === true
    const colour = stdout.isTTY && !process.env.NO_COLOR
    const reports = await examine(config(), Date.now, (report) => {
      if (!json) stdout.write(`${lineOf(report, colour)}\n`)
    })
    const broken = reports.filter(({ level }) => level === 'broken').length
    if (json) stdout.write(`${JSON.stringify({ healthy: broken === 0, checks: reports })}\n`)
    else
      stdout.write(broken === 0 ? 'This node can serve.\n' : `${broken} of ${reports.length} must be mended first.\n`)
    return { exitCode: broken === 0 ? 0 : 1 }
  },
}

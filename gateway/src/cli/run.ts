// `run`: serves until SIGTERM.
import { startGateway } from '../start.ts'
import type { Command } from './command.ts'

export const run: Command = {
  summary: 'Serves until SIGTERM or the end of a drain, then settles and removes interface and table.',
  usage: '',
  values: [],
  flags: [],
  async run({ config }) {
    const over = Promise.withResolvers<void>()
    // From the first moment: a start that is interrupted is finished and undone, so that it leaves nothing behind.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => over.resolve())
    const gateway = await startGateway(config())
    gateway.drained.then(over.resolve)
    await over.promise
    await gateway.stop()
    return undefined
  },
}

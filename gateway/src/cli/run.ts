// `run`: serves until SIGTERM.
import { startGateway } from '../start.ts'
import type { Command } from './command.ts'

export const run: Command = {
  summary: 'Serves until SIGTERM or the end of a drain, then settles and removes interface and table.',
  usage: '',
  values: [],
  flags: [],
  async run({ config }) {
    const gateway = await startGateway(config())
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
    gateway.drained.then(resolve)
    await promise
    await gateway.stop()
    return undefined
  },
}

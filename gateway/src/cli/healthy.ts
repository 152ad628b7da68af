// `x4pn-gateway healthy [--ready]`: whether the gateway that runs here is alive; with --ready, whether it can take somebody
// in. For a container's health check.
import { ConfigError } from '../config.ts'
import type { Command } from './command.ts'
import { operatorUrl } from './operator-url.ts'

export const healthy: Command = {
  summary: 'Asks the gateway that runs here whether it does its work; with --ready, whether it takes clients in.',
  usage: '[--ready]',
  values: [],
  flags: ['ready'],
  async run({ options, config }) {
    const url = operatorUrl(config(), options.ready === true ? '/readyz' : '/healthz')
    const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) }).catch((cause: unknown) => {
      throw new ConfigError(`No gateway answers at ${url}.`, { cause })
    })
    process.stdout.write(await answer.text())
    return { exitCode: answer.ok ? 0 : 1 }
  },
}

// `x4pn-gateway healthy [--ready]`: whether the gateway that runs here is alive; with --ready, whether it can take somebody
// in. For a container's health check.
import { parseArgs } from 'node:util'
import { type Config, ConfigError } from '../config.ts'
import { operatorUrl } from './operator-url.ts'

/** @returns the exit code. */
export async function healthy(config: Config, args: string[]): Promise<number> {
  const { ready } = parseArgs({ args, options: { ready: { type: 'boolean', default: false } } }).values
  const url = operatorUrl(config, ready ? '/readyz' : '/healthz')
  const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) }).catch((cause: unknown) => {
    throw new ConfigError(`No gateway answers at ${url}.`, { cause })
  })
  process.stdout.write(await answer.text())
  return answer.ok ? 0 : 1
}

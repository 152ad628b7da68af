// `x4pn-gateway drain [--seconds n]`: the gateway that runs here takes in nobody new, and ends when the last one has left
// or the time is up, with everything settled.
import { parseArgs } from 'node:util'
import { type Config, ConfigError } from '../config.ts'
import { DRAIN_HEADER } from '../server/operator.ts'
import { operatorUrl } from './operator-url.ts'

/** An hour: who watches a film sees the end of it. */
const PATIENCE = 3600

/** @returns the exit code. */
export async function drain(config: Config, args: string[]): Promise<number> {
  const { seconds } = parseArgs({ args, options: { seconds: { type: 'string', default: String(PATIENCE) } } }).values
  if (!/^\d{1,7}$/.test(seconds)) throw new ConfigError(`--seconds must be a whole number, it is ${seconds}.`)
  const url = operatorUrl(config, '/drain')
  const answer = await fetch(url, { method: 'POST', headers: { [DRAIN_HEADER]: seconds } }).catch((cause: unknown) => {
    throw new ConfigError(`No gateway answers at ${url}: is it running, with this configuration?`, { cause })
  })
  if (!answer.ok) throw new ConfigError(`${url} refused: ${await answer.text()}`)
  process.stdout.write(
    `It takes in nobody new, and ends when the last client has left, in ${seconds} s at the latest.\n`,
  )
  return 0
}

// `x4pn-gateway drain [--seconds n]`: the gateway that runs here takes in nobody new, and ends when the last one has left
// or the time is up, with everything settled.
import { ConfigError } from '../config.ts'
import { DRAIN_HEADER } from '../server/operator.ts'
import { type Command, optional } from './command.ts'
import { operatorUrl } from './operator-url.ts'

/** An hour: who watches a film sees the end of it. */
const PATIENCE = 3600

export const drain: Command = {
  summary: 'The gateway that runs here takes in nobody new, and ends when the last one has left or the time is up.',
  usage: `[--seconds <longest wait>: ${PATIENCE}]`,
  values: ['seconds'],
  flags: [],
  async run({ options, config }) {
    const seconds = optional(options, 'seconds') ?? String(PATIENCE)
    if (!/^\d{1,7}$/.test(seconds)) throw new ConfigError(`--seconds must be a whole number, it is ${seconds}.`)
    const url = operatorUrl(config(), '/drain')
    const answer = await fetch(url, { method: 'POST', headers: { [DRAIN_HEADER]: seconds } }).catch(
      (cause: unknown) => {
        throw new ConfigError(`No gateway answers at ${url}: is it running, with this configuration?`, { cause })
      },
    )
    if (!answer.ok) throw new ConfigError(`${url} refused: ${await answer.text()}`)
    return {
      json: { draining: true, seconds: Number(seconds) },
      lines: [`It takes in nobody new, and ends when the last client has left, in ${seconds} s at the latest.`],
    }
  },
}

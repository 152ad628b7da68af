// `x4pn-gateway drain [--seconds n]`: the gateway that runs here takes in nobody new, and ends when the last one has left
// or the time is up, with everything settled.
import { ConfigError } from '../config.ts'
import { DRAIN_HEADER } from '../server/operator.ts'
import { type Command, optional } from './command.ts'

/** An hour: who watches a film sees the end of it. */
const PATIENCE = 3600

export const drain: Command = {
  summary: 'The gateway that runs here takes in nobody new, and ends when the last one has left or the time is up.',
  usage: `[--seconds <longest wait>: ${PATIENCE}]`,
  values: ['seconds'],
  flags: [],
  async run({ options, config }) {
    const seconds = optional(options, 'seconds') ?? String(PATIENCE)
    const { operator } = config()
    if (!/^\d{1,7}$/.test(seconds)) throw new ConfigError(`--seconds must be a whole number, it is ${seconds}.`)
    if (!operator)
      throw new ConfigError('X4PN_OPERATOR_LISTEN is off: send the gateway SIGTERM, which ends it at once.')
    const host = operator.host === '0.0.0.0' || operator.host === '::' ? '127.0.0.1' : operator.host
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${operator.port}/drain`
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

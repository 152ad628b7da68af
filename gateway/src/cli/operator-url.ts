// Where the gateway that runs here listens for its operator.
import { type Config, ConfigError } from '../config.ts'

export function operatorUrl({ operator }: Config, path: string): string {
  if (!operator) throw new ConfigError('X4PN_OPERATOR_LISTEN is off: nothing can be asked of the running gateway.')
  const { port } = operator
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[operator.host] ?? operator.host
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`
}

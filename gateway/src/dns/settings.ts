// What the operator says about DNS inside the tunnel.
import { isIP } from 'node:net'

/** Each upstream is an address, or `address@port`; none: unbound asks the root servers and those below. */
export type DnsSettings = { mode: 'unbound' | 'off'; upstream: string[] }

/** Throws an Error that names what is not a resolver's address. */
export function parseUpstream(list: string): string[] {
  const upstream = list.split(',').flatMap((item) => item.trim() || [])
  for (const item of upstream) {
    const [address = '', port = '53', ...more] = item.split('@')
    if (isIP(address) === 0 || !/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65535 || more.length > 0) {
      throw new Error(`${item} is not an address like 192.0.2.53 or 2001:db8::53@853`)
    }
  }
  return upstream
}

import type { Hash } from 'viem'

/** wg-quick takes the name for the interface, and refuses more than 15 characters before `.conf`. */
export function fileName(stream: Hash, country: string | undefined): string {
  return `x4pn-${(country ?? 'xx').toLowerCase()}-${stream.slice(2, 8)}.conf`
}

// A network as a link: #net= and the record in base64url. Taken without asking only for the local chain.
import { type Network, parseNetwork } from '@x4pn/client'

/** anvil's; every key on it is public, so nothing of value can be there. */
export const LOCAL_CHAIN_ID = 31337

const PREFIX = '#net='

/** Undefined: no link. Throws an `EngineError` (`NETWORK_INVALID`) for a link that holds no network. */
export function networkOfLink(hash: string): Network | undefined {
  if (!hash.startsWith(PREFIX)) return undefined
  return parseNetwork(decode(hash.slice(PREFIX.length)))
}

export function linkOfNetwork(network: Network): string {
  const bytes = new TextEncoder().encode(JSON.stringify(network))
  const base64 = btoa(String.fromCharCode(...bytes))
  return PREFIX + base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Undefined where it is not base64url of JSON: `parseNetwork` says what to do with that. */
function decode(text: string): unknown {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (letter) => letter.charCodeAt(0))))
  } catch {
    return undefined
  }
}

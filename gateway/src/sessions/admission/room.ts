// A WireGuard key that nobody else has, and addresses that are free.
import type { Hash, Hex } from 'viem'
import { ApiError } from '../../api-error.ts'
import type { Gateway } from '../../gateway.ts'
import { address6Of, parsePool4, parsePool6, pickAddress4 } from '../addresses.ts'

export function requireFreeKey({ sessions, keys }: Gateway, wireguardKey: Hex): void {
  if (sessions.byWireguardKey(wireguardKey) || wireguardKey === keys.wireguard.publicKey) {
    throw new ApiError('WIREGUARD_KEY_TAKEN', wireguardKey)
  }
}

/** Of those that have ended, only who still has a peer. */
function placesTaken(sessions: Gateway['sessions']): number {
  let taken = 0
  for (const { peerless } of sessions.all()) if (!peerless) taken++
  return taken
}

export function requireRoom({ sessions, config }: Gateway, stream: Hash): { address4: string; address6: string } {
  if (sessions.size >= config.maxSessions && placesTaken(sessions) >= config.maxSessions) {
    throw new ApiError('CAPACITY_FULL')
  }
  const address4 = pickAddress4(stream, parsePool4(config.pool4), (address) => sessions.hasAddress4(address))
  if (address4 === undefined) throw new ApiError('CAPACITY_FULL')
  return { address4, address6: address6Of(address4, parsePool6(config.pool6)) }
}

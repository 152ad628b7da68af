// A stream's id: keccak256(user, node, sessionKey), 60 bytes packed.
import { type Address, concatHex, type Hash, keccak256 } from 'viem'

export type StreamKey = { user: Address; node: Address; sessionKey: Address }

export function streamId({ user, node, sessionKey }: StreamKey): Hash {
  return keccak256(concatHex([user, node, sessionKey]))
}

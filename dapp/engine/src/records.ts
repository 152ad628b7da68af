// What must survive a reload: plain JSON, money as decimal strings. The caller keeps it; nothing here does.
import { streamId } from '@x4pn/contracts'
import type { Address, Hash, Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import type { Network } from './network.ts'
import { createSessionKey } from './session-key.ts'
import type { Tunnel } from './tunnel.ts'

/** Which stream, in public words. */
export type StreamIdentity = {
  chainId: number
  /** The sessions contract. */
  sessions: Address
  user: Address
  node: Address
  sessionKey: Address
  /** keccak256(user, node, sessionKey) */
  stream: Hash
}

/** A stream and the key that governs it. Keep it before any money moves: without the key the wallet must help. */
export type StreamRecord = StreamIdentity & { sessionPrivateKey: Hex }

/** A joined session. Joining again replaces it. */
export type SessionRecord = StreamRecord & {
  apiUrl: string
  tunnel: Tunnel
  /** The node's signature over the addresses, to bring them back. */
  assignment: { signedAt: number; signature: Hex }
  /** Token base units; fixed for this session. */
  terms: { pricePerGiB: string; allowance: string }
  /** Opens the usage stream. */
  token: string
  /** The node says itself that it makes no real tunnel. */
  simulated: boolean
}

/** A new session key for a stream of `user` at `node`. Nothing is sent. */
export function createStream(network: Network, { user, node }: { user: Address; node: Address }): StreamRecord {
  const sessionPrivateKey = createSessionKey()
  const sessionKey = privateKeyToAddress(sessionPrivateKey)
  return {
    chainId: network.chainId,
    sessions: network.deployment.sessions,
    user,
    node,
    sessionKey,
    stream: streamId({ user, node, sessionKey }),
    sessionPrivateKey,
  }
}

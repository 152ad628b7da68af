// The message binds this node, the stream that the request names, and its WireGuard key.
import { type Hash, isAddressEqual } from 'viem'
import { ApiError } from '../../api-error.ts'
import { streamOf } from '../../crypto/addresses.ts'
import type { ParsedSignIn, SignInContext } from '../check-sign-in.ts'

export function checkBinding({ siwe, request, binding }: ParsedSignIn, { keys }: SignInContext): Hash {
  const { user, sessionKey, wireguardKey } = request
  const node = keys.account.address
  if (!isAddressEqual(binding.node, node)) throw new ApiError('SIGNIN_WRONG_NODE', binding.node)
  const stream = streamOf(user, node, sessionKey)
  if (binding.stream.toLowerCase() !== stream) throw new ApiError('SIGNIN_WRONG_STREAM', binding.stream)
  if (binding.action === 'join' && binding.wireguardKey !== wireguardKey?.toLowerCase()) {
    throw new ApiError('SIGNIN_WRONG_WIREGUARD_KEY', binding.wireguardKey)
  }
  const signers = [user, sessionKey]
  if (!signers.some((signer) => signer.toLowerCase() === siwe.address.toLowerCase())) {
    throw new ApiError('SIGNIN_WRONG_SIGNER', siwe.address)
  }
  return stream
}

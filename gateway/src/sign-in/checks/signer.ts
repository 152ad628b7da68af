// The signature is the named address's. Recovered locally first: an account with code may still have a key (EIP-7702).
import { type Address, isAddressEqual } from 'viem'
import { ApiError } from '../../api-error.ts'
import { messageDigest, recoverLong } from '../../crypto/signature.ts'
import type { ParsedSignIn } from '../check-sign-in.ts'

/**
 * @returns true when the address's own key signed; false when only a smart account could still vouch for it (the user's
 * address alone: session keys are always secp256k1), which costs a call to the chain and comes after the stream's check.
 */
export function checkSigner({ siwe, request }: ParsedSignIn): boolean {
  const address = siwe.address as Address
  const recovered = recoverLong(messageDigest(request.message), request.signature)
  if (recovered === address.toLowerCase()) return true
  if (isAddressEqual(address, request.sessionKey)) throw new ApiError('SIGNIN_BAD_SIGNATURE', address)
  return false
}

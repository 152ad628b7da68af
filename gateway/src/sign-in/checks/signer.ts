// The signature is the named address's. Recovered locally first: an account with code may still have a key (EIP-7702).
import { type Address, hashMessage, isAddressEqual, recoverAddress, size } from 'viem'
import { ApiError } from '../../api-error.ts'
import type { ParsedSignIn } from '../check-sign-in.ts'

/**
 * @returns true when the address's own key signed; false when only a smart account could still vouch for it (the user's
 * address alone: session keys are always secp256k1), which costs a call to the chain and comes after the stream's check.
 */
export async function checkSigner({ siwe, request }: ParsedSignIn): Promise<boolean> {
  const address = siwe.address as Address
  const hash = hashMessage(request.message)
  const recovered =
    size(request.signature) === 65
      ? await recoverAddress({ hash, signature: request.signature }).catch(() => undefined)
      : undefined
  if (recovered && isAddressEqual(recovered, address)) return true
  if (isAddressEqual(address, request.sessionKey)) throw new ApiError('SIGNIN_BAD_SIGNATURE', address)
  return false
}

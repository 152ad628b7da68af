// The nonce is this node's, and young.
import { ApiError } from '../../api-error.ts'
import type { ParsedSignIn, SignInContext } from '../check-sign-in.ts'
import { isNonceValid } from '../nonce.ts'

export function checkNonce({ siwe }: ParsedSignIn, { keys, now }: SignInContext): void {
  if (!isNonceValid(keys.nonceKey, siwe.nonce, Math.floor(now / 1000))) {
    throw new ApiError('NONCE_INVALID', siwe.nonce)
  }
}

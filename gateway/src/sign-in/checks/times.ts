// The message is fresh: issued in the past, not expired, living at most ten minutes.
import { SIGN_IN_LIFETIME } from '@x4pn/contracts'
import { ApiError } from '../../api-error.ts'
import type { ParsedSignIn, SignInContext } from '../check-sign-in.ts'

/** How far a client's clock may run ahead, milliseconds. */
const CLOCK_SKEW = 60_000

export function checkTimes({ siwe }: ParsedSignIn, { now }: SignInContext): void {
  const issuedAt = Date.parse(siwe.issuedAt ?? '')
  const expiresAt = Date.parse(siwe.expirationTime ?? '')
  const notBefore = siwe.notBefore === undefined ? issuedAt : Date.parse(siwe.notBefore)
  if (!(expiresAt - issuedAt <= SIGN_IN_LIFETIME * 1000)) {
    throw new ApiError('SIGNIN_LIFETIME', `issued ${siwe.issuedAt}, expires ${siwe.expirationTime}`)
  }
  if (!(now < expiresAt)) throw new ApiError('SIGNIN_EXPIRED', siwe.expirationTime)
  if (!(now >= issuedAt - CLOCK_SKEW && now >= notBefore - CLOCK_SKEW)) {
    throw new ApiError('SIGNIN_NOT_YET_VALID', siwe.notBefore ?? siwe.issuedAt)
  }
}

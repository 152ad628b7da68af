// The message was signed on the page that sent it, for this node's API and chain. A missing field is refused.
import { ApiError } from '../../api-error.ts'
import type { ParsedSignIn, SignInContext } from '../check-sign-in.ts'

export function checkDomain({ siwe, request }: ParsedSignIn, { config }: SignInContext): void {
  if (siwe.domain !== request.domain) throw new ApiError('SIGNIN_WRONG_DOMAIN', siwe.domain)
  if (siwe.uri.replace(/\/$/, '') !== config.apiUrl) throw new ApiError('SIGNIN_WRONG_URI', siwe.uri)
  if (siwe.chainId !== config.chainId) throw new ApiError('SIGNIN_WRONG_CHAIN', String(siwe.chainId))
}

/**
 * host[:port] against which the message's domain is held.
 *
 * @param origin The request's `Origin`; undefined without a page.
 */
export function expectedDomain(origin: string | undefined, apiUrl: string): string {
  if (origin === undefined) return new URL(apiUrl).host
  const host = URL.canParse(origin) ? new URL(origin).host : ''
  if (host === '') throw new ApiError('SIGNIN_ORIGIN_REFUSED', origin)
  return host
}

// Bearer tokens for usage streams, stored nowhere: an HMAC over stream and expiry.
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Hash } from 'viem'

/** Seconds. A join gives a new one. */
const TOKEN_LIFETIME = 30 * 24 * 3600

export function createToken(key: KeyObject, stream: Hash, now: number): string {
  const expiry = String(now + TOKEN_LIFETIME)
  return `${expiry}.${tag(key, stream, expiry)}`
}

/** @param authorization The request's header. */
export function isTokenValid(key: KeyObject, stream: Hash, authorization: string | undefined, now: number): boolean {
  const [, expiry, given] = /^Bearer (\d{1,12})\.([\w-]{43})$/.exec(authorization ?? '') ?? []
  if (expiry === undefined || given === undefined || Number(expiry) < now) return false
  return timingSafeEqual(Buffer.from(given), Buffer.from(tag(key, stream, expiry)))
}

function tag(key: KeyObject, stream: Hash, expiry: string): string {
  return createHmac('sha256', key).update(`${stream.toLowerCase()}.${expiry}`).digest('base64url')
}

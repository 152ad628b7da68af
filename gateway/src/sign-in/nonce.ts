// Nonces that are stored nowhere: a time and an HMAC over it, under a key of this node alone.
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'

/** Seconds for which a nonce is taken. */
const NONCE_LIFETIME = 300

/** @param now Unix seconds. */
export function createNonce(key: KeyObject, now: number): { nonce: string; expiresAt: number } {
  const time = now.toString(16).padStart(10, '0')
  return { nonce: time + tag(key, time), expiresAt: now + NONCE_LIFETIME }
}

export function isNonceValid(key: KeyObject, nonce: string, now: number): boolean {
  if (!/^[0-9a-f]{42}$/.test(nonce)) return false
  const time = nonce.slice(0, 10)
  const age = now - Number.parseInt(time, 16)
  const given = Buffer.from(nonce.slice(10))
  return age >= 0 && age <= NONCE_LIFETIME && timingSafeEqual(given, Buffer.from(tag(key, time)))
}

function tag(key: KeyObject, time: string): string {
  return createHmac('sha256', key).update(time).digest('hex').slice(0, 32)
}

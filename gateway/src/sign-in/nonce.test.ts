// Nonces: this node's, young, and nobody else's.
import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createNonce, isNonceValid } from './nonce.ts'

const key = createSecretKey(new Uint8Array(32).fill(1))
const NOW = 1_800_000_000

test('good for five minutes', () => {
  const { nonce, expiresAt } = createNonce(key, NOW)
  expect(nonce).toMatch(/^[a-zA-Z0-9]{16,128}$/)
  expect(expiresAt).toBe(NOW + 300)
  expect([NOW - 1, NOW, NOW + 300, NOW + 301].map((now) => isNonceValid(key, nonce, now))).toEqual([
    false,
    true,
    true,
    false,
  ])
})

test("not another node's", () => {
  expect(isNonceValid(createSecretKey(new Uint8Array(32).fill(2)), createNonce(key, NOW).nonce, NOW)).toBe(false)
})

test('not with any character changed', () => {
  const { nonce } = createNonce(key, NOW)
  fc.assert(
    fc.property(fc.nat(nonce.length - 1), fc.constantFrom(...'0123456789abcdefgZ'), (at, character) => {
      fc.pre(nonce[at] !== character)
      expect(isNonceValid(key, nonce.slice(0, at) + character + nonce.slice(at + 1), NOW)).toBe(false)
    }),
  )
})

test('noise is no nonce', () => {
  fc.assert(fc.property(fc.string(), (noise) => !isNonceValid(key, noise, NOW)))
})

// Tokens: of one stream, of this node, until they expire.
import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createToken, isTokenValid } from './token.ts'

const key = createSecretKey(new Uint8Array(32).fill(1))
const A = `0x${'ab'.repeat(32)}` as const
const B = `0x${'cd'.repeat(32)}` as const
const NOW = 1_800_000_000
const DAY = 86_400
const token = createToken(key, A, NOW)
const isGood = (header: string | undefined, stream = A, now = NOW, by = key) => isTokenValid(by, stream, header, now)

test('good for its stream, for thirty days', () => {
  expect(isGood(`Bearer ${token}`)).toBe(true)
  expect(isGood(`Bearer ${token}`, A, NOW + 30 * DAY)).toBe(true)
  expect(isGood(`Bearer ${token}`, A, NOW + 30 * DAY + 1)).toBe(false)
})

test('not for another stream, node or expiry, and not without being one', () => {
  expect(isGood(`Bearer ${token}`, B)).toBe(false)
  expect(isGood(`Bearer ${token}`, A, NOW, createSecretKey(new Uint8Array(32).fill(2)))).toBe(false)
  expect(isGood(`Bearer ${token.replace(/^\d+/, (expiry) => String(Number(expiry) + 1))}`)).toBe(false)
  expect([undefined, '', 'Bearer', `Basic ${token}`, token, `Bearer ${token}x`].some((header) => isGood(header))).toBe(
    false,
  )
  fc.assert(fc.property(fc.string(), (noise) => !isGood(`Bearer ${noise}`)))
})

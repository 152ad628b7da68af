// The quick reader and the package siwe read the same; what the quick one takes, siwe takes too.
import type { SignInBinding } from '@x4pn/contracts'
import fc from 'fast-check'
import { SiweMessage } from 'siwe'
import { getAddress, toHex } from 'viem'
import { expect, test } from 'vitest'
import { messageFields, writeMessage } from '../testing/sign-in-message.ts'
import { readPlainMessage } from './plain-message.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((raw) => toHex(raw))
const binding: fc.Arbitrary<SignInBinding> = fc.record({
  action: fc.constant('join' as const),
  node: bytes(20).map((raw) => getAddress(raw)),
  stream: bytes(32),
  wireguardKey: bytes(32),
})
const message = fc
  .record({
    binding,
    apiUrl: fc.constantFrom('http://192.0.2.1:8443', 'https://node.example'),
    chainId: fc.integer({ min: 1, max: 2 ** 40 }),
    nonce: bytes(21).map((raw) => raw.slice(2)),
    address: bytes(20).map((raw) => getAddress(raw)),
    now: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
  })
  .map(({ binding: bound, ...rest }) => writeMessage(messageFields(bound, rest)))

const names = ['domain', 'address', 'statement', 'uri', 'chainId', 'nonce', 'issuedAt', 'expirationTime'] as const

/** What siwe reads, where it reads anything. */
function bySiwe(text: string): SiweMessage | undefined {
  try {
    return new SiweMessage(text)
  } catch {
    return undefined
  }
}

function expectTheSame(text: string): void {
  const own = readPlainMessage(text)
  if (!own) return
  const oracle = bySiwe(text)
  for (const name of [...names, 'notBefore', 'resources'] as const) expect(own[name]).toEqual(oracle?.[name])
}

test('messages as our clients write them are read quickly, and as siwe reads them', () => {
  fc.assert(
    fc.property(message, (text) => {
      // The days 29 to 31 of a month are left to siwe.
      if (!/-(29|3\d)T/.test(text)) expect(readPlainMessage(text)).toBeDefined()
      expectTheSame(text)
    }),
    { numRuns: 50 },
  )
})

test('with anything changed, cut or put in between, they still agree', () => {
  const piece = fc.constantFrom(
    '\n',
    ' ',
    'x',
    ':',
    '-',
    '0',
    '\n\n',
    'URI: a:b',
    '\nNot Before: 2030-01-01T00:00:00Z',
    '\r',
  )
  fc.assert(
    fc.property(message, fc.nat(), fc.nat({ max: 3 }), piece, (text, position, cut, insert) => {
      const at = position % text.length
      expectTheSame(text.slice(0, at) + insert + text.slice(at + cut))
    }),
    { numRuns: 300 },
  )
})

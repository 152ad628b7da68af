// Digests and signatures against viem as the oracle: the same digest, the same signer, the same refusals.
import { hashReceipt, nodeTypes, sessionsDomain, sessionsTypes, streamId } from '@x4pn/contracts'
import fc from 'fast-check'
import {
  concatHex,
  getAddress,
  type Hex,
  hashMessage,
  hashTypedData,
  hexToBytes,
  recoverAddress,
  serializeCompactSignature,
  signatureToCompactSignature,
  slice,
  toHex,
} from 'viem'
import { privateKeyToAccount, sign } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { address, bytes, highS, ORDER, privateKey, receipt, uint, uint40 } from '../testing/arbitraries.ts'
import { checksummed, streamOf } from './addresses.ts'
import { type Curve, curve, loadCurve } from './curve.ts'
import {
  addressOf,
  messageDigest,
  recoverCompact,
  recoverLong,
  signLong,
  verifyCompact,
  withTrueParity,
} from './signature.ts'
import { structDigest } from './struct-digest.ts'

const domain = fc.record({ chainId: fc.nat(), contract: address })
const flip = (signature: Hex, at: number, mask: number): Hex => {
  const raw = hexToBytes(signature)
  raw[at] = (raw[at] ?? 0) ^ mask
  return toHex(raw)
}
const missing = () => {
  throw new Error('no binary')
}
const curves: [string, Curve][] = [
  ['native', loadCurve()],
  ['wasm', loadCurve(missing)],
]

test('the native library is there, and without its binary the wasm one is', () => {
  expect(curve.name).toBe('native')
  expect(curves.map(([, { name }]) => name)).toEqual(['native', 'wasm'])
})

test('a receipt has the digest that viem gives it, on any chain and contract', () => {
  fc.assert(
    fc.property(domain, receipt, (context, message) => {
      const own = structDigest(sessionsDomain(context), sessionsTypes, 'Receipt')(message)
      const types = { types: sessionsTypes, primaryType: 'Receipt' } as const
      expect(toHex(own)).toBe(hashTypedData({ domain: sessionsDomain(context), ...types, message }))
    }),
  )
})

test('so has what the node signs, texts among it', () => {
  const assignment = fc.record({
    stream: bytes(32),
    wireguardKey: bytes(32),
    address4: fc.string({ unit: 'binary' }),
    address6: fc.string(),
    signedAt: uint40,
  })
  fc.assert(
    fc.property(domain, assignment, (context, message) => {
      const own = structDigest(sessionsDomain(context), nodeTypes, 'Assignment')(message)
      const types = { types: nodeTypes, primaryType: 'Assignment' } as const
      expect(toHex(own)).toBe(hashTypedData({ domain: sessionsDomain(context), ...types, message }))
    }),
  )
})

describe('what a field cannot hold is refused, not cut', () => {
  const digest = structDigest(
    sessionsDomain({ chainId: 1, contract: `0x${'11'.repeat(20)}` }),
    sessionsTypes,
    'Receipt',
  )
  const good = {
    user: `0x${'22'.repeat(20)}`,
    node: `0x${'33'.repeat(20)}`,
    cumulative: 1n,
    rate: 0n,
    start: 0,
    until: 0,
  } as const
  test.each([
    ['an amount of 97 bits', { cumulative: 2n ** 96n }],
    ['a negative amount', { cumulative: -1n }],
    ['a rate of 65 bits', { rate: 2n ** 64n }],
    ['a time of 41 bits', { until: 2 ** 40 }],
    ['a short address', { user: `0x${'22'.repeat(19)}` }],
    ['a long address', { user: `0x${'22'.repeat(21)}` }],
    ['no hex', { user: `0x${'zz'.repeat(20)}` }],
  ])('%s', (_, change) => {
    expect(() => digest({ ...good, ...change })).toThrow()
    expect(() => digest(good)).not.toThrow()
  })
})

describe.each(curves)('signatures by the %s library', (_, on) => {
  test('a signature is the one that viem makes, and is recovered to its signer', async () => {
    await fc.assert(
      fc.asyncProperty(privateKey, bytes(32), async (key, hash) => {
        const account = privateKeyToAccount(key)
        const own = signLong(hexToBytes(hash), hexToBytes(key), on)
        expect(own).toBe(await account.sign({ hash }))
        expect(recoverLong(hexToBytes(hash), own)).toBe(account.address.toLowerCase())
      }),
      { numRuns: 30 },
    )
  })

  test('a key verifies its own signature whatever the parity says, and the parity is mended', async () => {
    const hash = hexToBytes(`0x${'09'.repeat(32)}`)
    await fc.assert(
      fc.asyncProperty(privateKey, privateKey, async (key, otherKey) => {
        fc.pre(key !== otherKey)
        const signer = privateKeyToAccount(key)
        const other = privateKeyToAccount(otherKey)
        const right = serializeCompactSignature(
          signatureToCompactSignature(await sign({ hash: toHex(hash), privateKey: key })),
        )
        const flipped = flip(right, 32, 0x80)
        const publicKey = hexToBytes(signer.publicKey)
        for (const signature of [right, flipped]) {
          expect(await verifyCompact(hash, signature, publicKey, on)).toBe(true)
          expect(await verifyCompact(hash, signature, hexToBytes(other.publicKey), on)).toBe(false)
          expect(
            await verifyCompact(
              hash.map((byte) => byte ^ 1),
              signature,
              publicKey,
              on,
            ),
          ).toBe(false)
          expect(withTrueParity(hash, signature, signer.address, on)).toBe(right)
          expect(() => withTrueParity(hash, signature, other.address, on)).toThrow(/not of/)
        }
        for (const signature of [highS(right), flip(right, 3, 1), `${right}1b`, `0x${'00'.repeat(64)}`] as const) {
          expect(await verifyCompact(hash, signature, publicKey, on)).toBe(false)
        }
      }),
      { numRuns: 20 },
    )
  })

  test('pitfall 36: a key that was made for a signature which verifies, and which the contract gives to nobody', async () => {
    const hash = hexToBytes('0xadb8f31e39cd0f06eadca376568772139a866c1e68209fce732cb263ae62020f')
    const publicKey = hexToBytes(
      '0x0409a664edd157f3b3b810c80a17a862d978c120fd724b00e4f86ceaf3dfc4e12a2d423f71d11d5f66b4a186a4f905832e4460d644152b33e6f423db8c61de0d3a',
    )
    const signature =
      '0x00000000000000000000000000000000000000000000000000000000000000027c7ee7dab134d863a4ac45699f322184518a2e1ec8d55ccf7ee02c38488a4779'
    expect(on.verify(hash, hexToBytes(signature), publicKey)).toBe(true)
    for (const one of [signature, flip(signature, 32, 0x80)] as const) {
      expect(recoverCompact(hash, one, on)).not.toEqual(publicKey)
      expect(await verifyCompact(hash, one, publicKey, on)).toBe(false)
    }
  })

  test('pitfall 36: any 64 bytes give the signer that the contracts give, or none as they do', async () => {
    // Of random bytes nearly all are somebody's signature; those at the edges are what differs between libraries.
    const edge = fc.constantFrom(
      0n,
      1n,
      ORDER / 2n,
      ORDER / 2n + 1n,
      ORDER - 1n,
      ORDER,
      2n ** 255n - 1n,
      2n ** 256n - 1n,
    )
    const word = fc.oneof(edge, uint(256n)).map((value) => toHex(value, { size: 32 }))
    const context = { chainId: 31337, contract: `0x${'11'.repeat(20)}` } as const
    const digest = structDigest(sessionsDomain(context), sessionsTypes, 'Receipt')
    await fc.assert(
      fc.asyncProperty(receipt, word, word, async (claim, r, s) => {
        const signature = concatHex([r, s])
        const hash = hashReceipt(context, claim)
        const low = BigInt(s) & (2n ** 255n - 1n)
        const long = concatHex([r, toHex(low, { size: 32 }), BigInt(s) >> 255n === 1n ? '0x1c' : '0x1b'])
        // viem's own reading of the compact form refuses the 2^127 highest of the low s, which the contract takes.
        const expected =
          low > ORDER / 2n ? undefined : await recoverAddress({ hash, signature: long }).catch(() => undefined)
        const own = recoverCompact(digest(claim), signature, on)
        expect(own && getAddress(toHex(addressOf(own)))).toBe(expected)
      }),
      { numRuns: 60 },
    )
  })
})

test('texts, streams and the case of addresses as viem has them', () => {
  const anyCase = fc.tuple(address, fc.infiniteStream(fc.boolean())).map(([given, upper]) => {
    const letters = [...given.slice(2)].map((digit) => (upper.next().value ? digit.toUpperCase() : digit.toLowerCase()))
    return `0x${letters.join('')}`
  })
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), address, address, address, anyCase, (text, user, node, key, other) => {
      expect(toHex(messageDigest(text))).toBe(hashMessage(text))
      expect(streamOf(user, node, key)).toBe(streamId({ user, node, sessionKey: key }))
      expect(streamOf(user, node, hexToBytes(key))).toBe(streamId({ user, node, sessionKey: key }))
      expect(checksummed(user)).toBe(user)
      expect(checksummed(other)).toBe(getAddress(other))
    }),
  )
})

test('65 bytes with another last byte than 0, 1, 27 or 28 are nobody’s', async () => {
  const account = privateKeyToAccount(`0x${'07'.repeat(32)}`)
  const hash = `0x${'09'.repeat(32)}` as const
  const signature = await account.sign({ hash })
  const signer = await recoverAddress({ hash, signature })
  const last = Number(slice(signature, 64))
  for (let v = 0; v < 256; v++) {
    const found = recoverLong(hexToBytes(hash), concatHex([slice(signature, 0, 64), toHex(v, { size: 1 })]))
    expect(found === signer.toLowerCase()).toBe(v === last || v === last - 27)
  }
})

import { costOfBytes } from '@x4pn/gateway-api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_MONEY_CAP, nextReceipt, type PaymentState, signAheadBytes } from './next-receipt.ts'

const MIB = 1n << 20n

const state = fc.record({
  usedBytes: fc.bigInt(0n, 1n << 44n),
  pricePerGiB: fc.bigInt(0n, 10_000_000n),
  lastSigned: fc.bigInt(0n, 1n << 40n),
  deposit: fc.bigInt(0n, 1n << 40n),
  moneyCap: fc.bigInt(0n, 100_000n),
  allowance: fc.bigInt(0n, 100_000n),
  bytesPerSecond: fc.bigInt(0n, 1n << 31n),
  tunnelSeen: fc.boolean(),
  localBytes: fc.option(fc.bigInt(0n, 1n << 44n), { nil: undefined }),
  now: fc.boolean(),
})

const usual: PaymentState = {
  usedBytes: 0n,
  pricePerGiB: 50_000n,
  lastSigned: 0n,
  deposit: 1_000_000n,
  moneyCap: DEFAULT_MONEY_CAP,
  allowance: costOfBytes(16n * MIB, 50_000n),
  bytesPerSecond: 0n,
  tunnelSeen: true,
}

describe('properties', () => {
  test('never above the deposit, the cap or the price; always more than before; never without a tunnel', () => {
    fc.assert(
      fc.property(state, (known) => {
        const decision = nextReceipt(known)
        if (!decision.sign) return
        const { cumulative } = decision
        const owed = costOfBytes(known.usedBytes, known.pricePerGiB)
        const ahead = costOfBytes(known.usedBytes + signAheadBytes(known.bytesPerSecond), known.pricePerGiB)
        expect(known.tunnelSeen).toBe(true)
        expect(cumulative).toBeGreaterThan(known.lastSigned)
        expect(cumulative).toBeLessThanOrEqual(known.deposit)
        expect(cumulative).toBeLessThanOrEqual(owed + known.moneyCap)
        expect(cumulative).toBeLessThanOrEqual(ahead)
      }),
      { numRuns: 2_000 },
    )
  })

  test('a count that nothing vouches for adds at most two allowances and the cap', () => {
    fc.assert(
      fc.property(state, (known) => {
        const decision = nextReceipt({ ...known, localBytes: undefined })
        if (!decision.sign) return
        const { lastSigned, allowance, moneyCap } = known
        expect(decision.cumulative).toBeLessThanOrEqual(lastSigned + 2n * allowance + moneyCap)
      }),
      { numRuns: 2_000 },
    )
  })

  test('an honest payer covers what is owed, as far as the deposit goes', () => {
    fc.assert(
      fc.property(state, (known) => {
        const decision = nextReceipt({ ...known, tunnelSeen: true, localBytes: known.usedBytes })
        const signed = decision.sign ? decision.cumulative : known.lastSigned
        const owed = costOfBytes(known.usedBytes, known.pricePerGiB)
        expect(signed >= owed || signed >= known.deposit).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test('whatever the node claims, step by step, no sum goes down', () => {
    fc.assert(
      fc.property(fc.array(state), (steps) => {
        let lastSigned = 0n
        for (const step of steps) {
          const decision = nextReceipt({ ...step, lastSigned })
          if (!decision.sign) continue
          expect(decision.cumulative).toBeGreaterThan(lastSigned)
          lastSigned = decision.cumulative
        }
      }),
    )
  })
})

describe('behaviour', () => {
  test('signs 16 MiB ahead, or three seconds of a fast tunnel', () => {
    expect(nextReceipt(usual)).toEqual({ sign: true, cumulative: costOfBytes(16n * MIB, 50_000n) })
    const fast = nextReceipt({ ...usual, bytesPerSecond: 60n * MIB })
    expect(fast).toEqual({ sign: true, cumulative: costOfBytes(180n * MIB, 50_000n) })
  })

  test('signs again only when less than half of it is left', () => {
    const lastSigned = costOfBytes(16n * MIB, 50_000n)
    expect(nextReceipt({ ...usual, lastSigned, usedBytes: 7n * MIB })).toEqual({ sign: false, reason: 'covered' })
    expect(nextReceipt({ ...usual, lastSigned, usedBytes: 9n * MIB })).toEqual({
      sign: true,
      cumulative: costOfBytes(25n * MIB, 50_000n),
    })
  })

  test('signs at once when asked to', () => {
    const lastSigned = costOfBytes(16n * MIB, 50_000n)
    expect(nextReceipt({ ...usual, lastSigned, usedBytes: MIB, now: true })).toMatchObject({ sign: true })
    expect(nextReceipt({ ...usual, lastSigned, now: true })).toEqual({ sign: false, reason: 'covered' })
  })

  test('no tunnel, no charge', () => {
    const decision = nextReceipt({ ...usual, usedBytes: 1_000n * MIB, tunnelSeen: false, now: true })
    expect(decision).toEqual({ sign: false, reason: 'tunnel-not-seen' })
  })

  test('takes 5 % and 16 MiB more than its own count, and no more', () => {
    const known = { ...usual, localBytes: 100n * MIB }
    expect(nextReceipt({ ...known, usedBytes: 121n * MIB })).toMatchObject({ sign: true })
    const decision = nextReceipt({ ...known, usedBytes: 121n * MIB + 1n, now: true })
    expect(decision).toEqual({ sign: false, reason: 'implausible-usage' })
  })

  test('ends at the deposit', () => {
    const usedBytes = 100n << 30n
    expect(nextReceipt({ ...usual, usedBytes, localBytes: usedBytes })).toEqual({ sign: true, cumulative: 1_000_000n })
    const decision = nextReceipt({ ...usual, usedBytes, lastSigned: 1_000_000n })
    expect(decision).toEqual({ sign: false, reason: 'deposit-signed' })
  })
})

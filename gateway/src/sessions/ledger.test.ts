// The ledger under any sequence of what can happen: nobody is served beyond what is signed and the allowance, and nothing
// that was earned is lost by rounding.
import { bytesForAmount, costOfBytes } from '@x4pn/gateway-api'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sessionAt } from '../testing/session.ts'
import { movePass, newPass, PASS_ALLOWANCE } from './pass.ts'
import { allowanceOf, claimed, creditBytes, isDone, isOpen, owed, type Session, unsettled } from './session.ts'

const price = fc.bigInt({ min: 1n, max: 10n ** 15n })
const amount = fc.bigInt({ min: 0n, max: 10n ** 12n })
const bytes = fc.bigInt({ min: 0n, max: 2n ** 60n })

test('what an amount pays for costs no more than it, and one byte more costs more', () => {
  fc.assert(
    fc.property(amount, price, (paid, pricePerGiB) => {
      const covered = bytesForAmount(paid, pricePerGiB)
      expect(costOfBytes(covered, pricePerGiB)).toBeLessThanOrEqual(paid)
      expect(costOfBytes(covered + 1n, pricePerGiB)).toBeGreaterThan(paid)
    }),
  )
})

test('what bytes cost pays for all of them, and a base unit less does not', () => {
  fc.assert(
    fc.property(bytes, price, (used, pricePerGiB) => {
      const cost = costOfBytes(used, pricePerGiB)
      expect(bytesForAmount(cost, pricePerGiB)).toBeGreaterThanOrEqual(used)
      if (cost > 0n) expect(bytesForAmount(cost - 1n, pricePerGiB)).toBeLessThan(used)
    }),
  )
})

type Step =
  | { kind: 'use'; bytes: bigint }
  | { kind: 'receipt'; cumulative: bigint }
  | { kind: 'topUp'; amount: bigint }
  | { kind: 'settle' | 'stop' | 'close' | 'leave' }

const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ kind: fc.constant('use'), bytes }),
    fc.record({ kind: fc.constant('receipt'), cumulative: amount }),
    fc.record({ kind: fc.constant('topUp'), amount }),
    fc.record({ kind: fc.constantFrom('settle', 'settle', 'stop', 'close', 'leave') }),
  ),
  { maxLength: 40, size: 'max' },
)

function happens(session: Session, step: Step): void {
  const { chain } = session
  switch (step.kind) {
    case 'use': {
      // The kernel lets pass what there is credit for.
      const credit = creditBytes(session)
      session.usedBytes += step.bytes < credit ? step.bytes : credit
      return
    }
    case 'receipt':
      if (!session.left && step.cumulative > (session.best?.cumulative ?? 0n)) {
        session.best = { cumulative: step.cumulative, rate: 0n, start: 0, until: 0 } as NonNullable<Session['best']>
      }
      return
    case 'topUp':
      if (chain.stoppedAt === 0 && !chain.closed) {
        const deposit = chain.deposit + step.amount
        session.chain = { ...chain, deposit, servable: deposit }
      }
      return
    case 'settle':
      if (!chain.closed) session.chain = { ...chain, settled: chain.settled + unsettled(session) }
      return
    case 'stop':
      session.chain = { ...chain, stoppedAt: 1_700_000_000 }
      return
    case 'close':
      session.chain = { ...chain, closed: true }
      return
    case 'leave':
      session.left ??= { maxClaim: claimed(session), receipt: session.best }
  }
}

test('whatever happens: within receipts and allowance, never beyond the deposit or the word on leaving', () => {
  fc.assert(
    fc.property(price, amount, amount, steps, (pricePerGiB, allowance, deposit, sequence) => {
      const session: Session = {
        ...sessionAt(1),
        usedBytes: 0n,
        terms: { pricePerGiB, allowance, passRate: 0n, decimals: 6 },
        chain: { deposit, servable: deposit, settled: 0n, stoppedAt: 0, closed: false },
      }
      for (const step of sequence) {
        const before = { claimed: claimed(session), used: session.usedBytes, settled: session.chain.settled }
        happens(session, step)
        const { chain, left } = session
        expect(claimed(session)).toBeGreaterThanOrEqual(before.claimed)
        expect(claimed(session)).toBeLessThanOrEqual(chain.deposit)
        expect(owed(session)).toBeLessThanOrEqual(claimed(session) + allowanceOf(session))
        expect(unsettled(session)).toBeGreaterThanOrEqual(0n)
        expect(chain.settled + unsettled(session)).toBeLessThanOrEqual(chain.deposit)
        if (left) expect(chain.settled + unsettled(session)).toBeLessThanOrEqual(left.maxClaim)
        expect(creditBytes(session)).toBeGreaterThanOrEqual(0n)
        if (!isOpen(session)) expect(creditBytes(session)).toBe(0n)
        if (isDone(session)) expect(unsettled(session)).toBe(0n)
      }
    }),
    { numRuns: 500 },
  )
})

test('a pass under any clock: its time never goes back, and beyond leases no more than the allowance is served', () => {
  const START = 1_700_000_000
  const tick = fc.record({
    now: fc.integer({ min: START - 10_000, max: START + 100_000 }),
    step: fc.integer({ min: 0, max: 5_000 }),
    waitsForChain: fc.boolean(),
    // Seldom, so that whole allowances are used up in between.
    lease: fc.oneof(
      { arbitrary: fc.constant(undefined), weight: 9 },
      { arbitrary: fc.integer({ min: 1, max: 60 }), weight: 1 },
    ),
  })
  fc.assert(
    fc.property(fc.array(tick, { maxLength: 60, size: 'max' }), (ticks) => {
      const session: Session = {
        ...sessionAt(1),
        terms: { pricePerGiB: 1n, allowance: 1n, passRate: 10n ** 12n, decimals: 6 },
        chain: { deposit: 10n ** 9n, servable: 10n ** 9n, settled: 0n, stoppedAt: 0, closed: false },
        pass: newPass(START),
      }
      for (const { lease, ...at } of ticks) {
        const { asOf = 0 } = session.pass ?? {}
        if (lease !== undefined) {
          const cumulative = claimed(session)
          const best = { cumulative, rate: 10n ** 12n, start: asOf, until: asOf + lease }
          session.best = best as NonNullable<Session['best']>
        }
        const before = claimed(session)
        movePass(session, at)
        const { pass } = session
        expect(pass?.asOf).toBeGreaterThanOrEqual(asOf)
        expect(claimed(session)).toBeGreaterThanOrEqual(before)
        // What was served in the last step counts, however long it was.
        expect(pass?.graceMs).toBeLessThan(PASS_ALLOWANCE * 1000 + 5_000)
        if (at.waitsForChain) expect(creditBytes(session)).toBe(0n)
      }
    }),
    { numRuns: 300 },
  )
})

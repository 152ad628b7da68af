// Whose a receipt is, by the key that signed it: of one stream, and of no other.
import { type Receipt, type SignedReceipt, signReceipt, streamId } from '@x4pn/contracts'
import fc from 'fast-check'
import { concatHex, type Hex } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import type { Config } from '../config.ts'
import { curve } from '../crypto/curve.ts'
import { address, highS, privateKey, receipt } from '../testing/arbitraries.ts'
import { withOtherParity } from '../testing/other-parity.ts'
import { asSettled, sessionOfReceipt } from './receipt-stream.ts'
import type { Session } from './session.ts'
import { SessionStore } from './store.ts'

const account = privateKey.map((key) => privateKeyToAccount(key))
const context = { chainId: 31337, contract: `0x${'11'.repeat(20)}` } as const
const config: Pick<Config, 'chainId' | 'sessions'> = { chainId: context.chainId, sessions: context.contract }

/** What is like the receipt, and is not what its author signed for this chain, contract, node and user. */
function forged(signed: SignedReceipt, other: Hex): (readonly [typeof config, SignedReceipt])[] {
  const { signature } = signed
  return [
    [{ ...config, chainId: 1 }, signed],
    [{ ...config, sessions: other }, signed],
    [config, { ...signed, node: other }],
    [config, { ...signed, user: other }],
    [config, { ...signed, cumulative: signed.cumulative ^ 1n }],
    [config, { ...signed, rate: signed.rate ^ 1n }],
    [config, { ...signed, signature: highS(signature) }],
    [config, { ...signed, signature: concatHex([signature, '0x1b']) }],
    [config, { ...signed, signature: `0x${'00'.repeat(64)}` }],
    [config, { ...signed, cumulative: 2n ** 96n }],
  ]
}

const ownerOf = (signed: SignedReceipt, sessions: SessionStore, where = config) =>
  sessionOfReceipt(where, signed, { sessions, verifier: curve })

function storeOf(claim: Receipt, ...keys: PrivateKeyAccount[]): { store: SessionStore; made: Session[] } {
  const store = new SessionStore()
  const made = keys.map(({ address: sessionKey }, index) => {
    const stream = streamId({ ...claim, sessionKey })
    const session = { stream, user: claim.user, sessionKey, wireguardKey: stream, address4: String(index) }
    store.add(session as Session)
    return session as Session
  })
  return { store, made }
}

test('pitfall 36: a receipt of another chain, contract, node or user, and any signature but the one, is of no session, whether its public key is known or not', async () => {
  await fc.assert(
    fc.asyncProperty(account, receipt, address, async (key, claim, other) => {
      const signed = await signReceipt(key, context, claim)
      const { store, made } = storeOf(claim, key)
      for (let known = 0; known < 2; known++) {
        for (const [where, one] of forged(signed, other)) expect(await ownerOf(one, store, where)).toBeUndefined()
        expect(made[0]?.publicKey !== undefined).toBe(known === 1)
        expect(await ownerOf(signed, store)).toBe(made[0])
      }
    }),
    { numRuns: 20 },
  )
})

test('of a user with several sessions the one whose key signed', async () => {
  await fc.assert(
    fc.asyncProperty(account, account, account, receipt, async (first, second, stranger, claim) => {
      fc.pre(new Set([first.address, second.address, stranger.address]).size === 3)
      const { store, made } = storeOf(claim, first, second)
      const signed = await Promise.all([first, second, stranger].map((key) => signReceipt(key, context, claim)))
      for (let again = 0; again < 2; again++) {
        const found = await Promise.all(signed.map((one) => ownerOf(one, store)))
        expect(found).toEqual([made[0], made[1], undefined])
      }
    }),
    { numRuns: 10 },
  )
})

test('pitfall 36: what is settled has the parity by which the contract finds its author', async () => {
  await fc.assert(
    fc.asyncProperty(account, receipt, async (key, claim) => {
      const signed = await signReceipt(key, context, claim)
      const { store, made } = storeOf(claim, key)
      const [session] = made
      if (!session) throw new Error('there is no session')
      expect(await ownerOf(withOtherParity(signed), store)).toBeUndefined()
      await ownerOf(signed, store)
      expect(await ownerOf(withOtherParity(signed), store)).toBe(session)
      expect(asSettled(config, withOtherParity(signed), session)).toEqual(signed)
      expect(asSettled(config, signed, session)).toEqual(signed)
    }),
    { numRuns: 10 },
  )
})

test('a session that ends while its receipt is verified takes it no more', async () => {
  const key = privateKeyToAccount(`0x${'05'.repeat(32)}`)
  const claim = { user: key.address, node: key.address, cumulative: 1n, rate: 0n, start: 0, until: 0 }
  const signed = await signReceipt(key, context, claim)
  const { store: sessions, made } = storeOf(claim, key)
  await ownerOf(signed, sessions)
  const verify = async () => {
    for (const session of made) sessions.remove(session)
    return true
  }
  expect(await sessionOfReceipt(config, signed, { sessions, verifier: { verify } })).toBeUndefined()
})

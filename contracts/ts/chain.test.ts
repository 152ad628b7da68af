// What this package hashes, packs and computes is what the deployed contracts hash, unpack and compute.
import fc from 'fast-check'
import { domainSeparator } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { claimableAt } from './claimable-at.ts'
import { packReleaseItems, packSettleItems } from './pack.ts'
import { hashReceipt, recoverSessionKey, signReceipt } from './receipt.ts'
import { streamId } from './stream-id.ts'
import { account, address, uint, uint40 } from './testing/arbitraries.ts'
import { startTestChain, type TestChain } from './testing/test-chain.ts'
import { registryDomain, sessionsDomain, sessionsTypes } from './typed-data.ts'

const USDC = 1_000_000n

let chain: TestChain
let context: { chainId: number; contract: `0x${string}` }

beforeAll(async () => {
  chain = await startTestChain()
  context = { chainId: chain.deployment.chainId, contract: chain.deployment.sessions }
  await chain.send(chain.contracts.sessions, 'deposit', [10n ** 12n])
})
afterAll(() => chain?.stop())

const readStream = (id: `0x${string}`) =>
  chain.publicClient.readContract({ ...chain.contracts.sessions, functionName: 'stream', args: [id] })

test('domains', async () => {
  const { publicClient, contracts, deployment } = chain
  expect(await publicClient.readContract({ ...contracts.sessions, functionName: 'DOMAIN_SEPARATOR' })).toBe(
    domainSeparator({ domain: sessionsDomain(context) }),
  )
  expect(await publicClient.readContract({ ...contracts.registry, functionName: 'DOMAIN_SEPARATOR' })).toBe(
    domainSeparator({ domain: registryDomain({ ...context, contract: deployment.registry }) }),
  )
})

test('stream ids', async () => {
  await fc.assert(
    fc.asyncProperty(address(), address(), address(), async (user, node, sessionKey) => {
      const args = [user, node, sessionKey] as const
      const onChain = await chain.publicClient.readContract({
        ...chain.contracts.sessions,
        functionName: 'streamId',
        args,
      })
      expect(streamId({ user, node, sessionKey })).toBe(onChain)
    }),
    { numRuns: 20 },
  )
})

describe('receipts', () => {
  test('the session key is recovered', async () => {
    await fc.assert(
      fc.asyncProperty(
        account(),
        address(),
        address(),
        uint(96),
        uint(64),
        uint40(),
        async (session, user, node, cumulative, rate, time) => {
          const receipt = { user, node, cumulative, rate, start: time, until: time }
          const signed = await signReceipt(session, context, receipt)
          expect(await recoverSessionKey(context, signed)).toBe(session.address)
        },
      ),
      { numRuns: 20 },
    )
  })

  test('eth_signTypedData_v4 signs the same digest', async () => {
    const { user, walletClient } = chain
    const message = { user: user.address, node: user.address, cumulative: 1n, rate: 2n, start: 3, until: 4 }
    // Anvil's own account: the JSON of the typed data goes over the wire.
    const overTheWire = await walletClient.signTypedData({
      account: user.address,
      domain: sessionsDomain(context),
      types: sessionsTypes,
      primaryType: 'Receipt',
      message,
    })
    expect(overTheWire).toBe(await user.sign({ hash: hashReceipt(context, message) }))
  })

  test('a packed batch settles for real, in whatever state a stream is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(account(), { minLength: 1, maxLength: 3, selector: ({ address }) => address }),
        address(),
        fc.record({
          cumulative: uint(28),
          rate: uint(44),
          startsIn: fc.integer({ min: -5000, max: 5000 }),
          lasts: fc.integer({ min: 0, max: 10_000 }),
        }),
        fc.record({ stopAfter: fc.option(fc.integer({ min: 1, max: 5000 })), wait: fc.integer({ min: 1, max: 9999 }) }),
        async (keys, node, lease, { stopAfter, wait }) => {
          const { contracts, send, testClient, user } = chain
          const deposit = 200n * USDC
          for (const { address } of keys) await send(contracts.sessions, 'openFromBalance', [node, address, deposit])
          const opened = await chain.now()
          const start = opened + lease.startsIn
          const claim = { cumulative: lease.cumulative, rate: lease.rate, start, until: start + lease.lasts }
          if (stopAfter !== null) {
            for (const [index, { address }] of keys.entries()) {
              await testClient.setNextBlockTimestamp({ timestamp: BigInt(opened + stopAfter + index) })
              await send(contracts.sessions, 'stop', [node, address])
            }
          }
          const settledAt = (await chain.now()) + wait
          const items = await Promise.all(
            keys.map((key) => signReceipt(key, context, { user: user.address, node, ...claim })),
          )
          await testClient.setNextBlockTimestamp({ timestamp: BigInt(settledAt) })
          await send(contracts.sessions, 'settle', [node, packSettleItems(items)])

          for (const { address } of keys) {
            const stream = await readStream(streamId({ user: user.address, node, sessionKey: address }))
            const expected = claimableAt(claim, settledAt, stream.stoppedAt, chain.deployment.decimals)
            expect(stream.settled).toBe(expected < deposit ? expected : deposit)
          }
        },
      ),
      { numRuns: 25 },
    )
  })
})

test('packed release items settle and refund', async () => {
  const { contracts, send, user, publicClient } = chain
  const used = privateKeyToAccount(generatePrivateKey())
  const unused = privateKeyToAccount(generatePrivateKey())
  // The user is the node too: the caller of `release` is the node.
  const node = user.address
  for (const { address } of [used, unused]) await send(contracts.sessions, 'openFromBalance', [node, address, USDC])
  const receipt = { user: user.address, node, cumulative: 300_000n, rate: 0n, start: 0, until: 0 }
  const items = packReleaseItems([
    { user: user.address, sessionKey: used.address, receipt: await signReceipt(used, context, receipt) },
    { user: user.address, sessionKey: unused.address },
  ])
  const readBalance = () =>
    publicClient.readContract({ ...contracts.sessions, functionName: 'balanceOf', args: [user.address] })
  const before = await readBalance()
  await send(contracts.sessions, 'release', [items])
  expect((await readBalance()) - before).toBe(1_700_000n)
})

// Random receipts, signed and packed here, are unpacked, hashed and weighed by Solidity in one call: the lens shares its
// reading of items with `settle`. And what the lens says of streams, nodes and users is what the core says.
import fc from 'fast-check'
import { type Address, stringToHex, zeroHash } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { claimableAt } from './claimable-at.ts'
import type { Deployment } from './deployment.ts'
import { testPlainUsdcAbi, x4pnLensAbi } from './generated/abis.ts'
import { packSettleItems, unpackSettleItems } from './pack.ts'
import { signReceipt } from './receipt.ts'
import { streamId } from './stream-id.ts'
import { account, address, claim, uint, uint40 } from './testing/arbitraries.ts'
import { deployPeriphery } from './testing/deploy-periphery.ts'
import { deployPlainSessions } from './testing/deploy-plain-sessions.ts'
import { startTestChain, type TestChain } from './testing/test-chain.ts'
import { registryDomain, registryTypes } from './typed-data.ts'

const NO_STREAM = 2

let chain: TestChain
let lens: { address: Address; abi: typeof x4pnLensAbi }

beforeAll(async () => {
  chain = await startTestChain()
  lens = { address: (await deployPeriphery(chain, chain.deployment)).lens, abi: x4pnLensAbi }
})
afterAll(() => chain?.stop())

const contextOf = ({ chainId, sessions }: Deployment) => ({ chainId, contract: sessions })

describe('random receipts', () => {
  test('come out of Solidity as they were signed: key and stream', async () => {
    const signed = fc.record({ session: account(), user: address(), claim: claim() })
    await fc.assert(
      fc.asyncProperty(address(), fc.array(signed, { minLength: 1, maxLength: 8 }), async (node, all) => {
        const context = contextOf(chain.deployment)
        const items = await Promise.all(
          all.map(({ session, user, claim }) => signReceipt(session, context, { user, node, ...claim })),
        )
        const packed = packSettleItems(items)
        expect(unpackSettleItems(packed)).toEqual(items.map(({ node: _, ...item }) => item))
        const views = await chain.publicClient.readContract({
          ...lens,
          functionName: 'claims',
          args: [node, packed],
        })
        for (const [index, { session, user }] of all.entries()) {
          const sessionKey = session.address
          expect(views[index]?.sessionKey).toBe(sessionKey)
          expect(views[index]?.id).toBe(streamId({ user, node, sessionKey }))
          expect(views[index]?.skipReason).toBe(NO_STREAM)
        }
      }),
      { numRuns: 40 },
    )
  })

  test.each([6, 18])('are worth on chain what claimableAt says, with %i decimals', async (decimals) => {
    const { user, publicClient, testClient, send } = chain
    const deployment = decimals === 18 ? await deployPlainSessions(chain, chain.deployment) : chain.deployment
    const periphery = await deployPeriphery(chain, { ...chain.deployment, sessions: deployment.sessions })
    const sessions = { ...chain.contracts.sessions, address: deployment.sessions }
    const deposit = 2n ** 96n - 1n
    const token = { address: deployment.token, abi: testPlainUsdcAbi }
    await send(token, 'mint', [user.address, deposit * 3n])
    await send(token, 'approve', [deployment.sessions, 2n ** 256n - 1n])
    const running = privateKeyToAccount(generatePrivateKey())
    const stopped = privateKeyToAccount(generatePrivateKey())
    const node = user.address
    for (const { address } of [running, stopped]) await send(sessions, 'open', [node, address, deposit])
    await send(sessions, 'stop', [node, stopped.address])
    const stoppedAt = await chain.now()
    await testClient.increaseTime({ seconds: 100_000 })
    await testClient.mine({ blocks: 1 })
    const at = await chain.now()

    const near = fc.integer({ min: at - 300_000, max: at + 300_000 })
    const lease = fc.record({
      cumulative: uint(95),
      rate: uint(64),
      start: fc.oneof(near, uint40()),
      until: fc.oneof(near, uint40()),
    })
    await fc.assert(
      fc.asyncProperty(lease, async (terms) => {
        const receipt = { user: user.address, node, ...terms }
        const context = contextOf(deployment)
        const items = await Promise.all([running, stopped].map((key) => signReceipt(key, context, receipt)))
        const [first, second] = await publicClient.readContract({
          address: periphery.lens,
          abi: x4pnLensAbi,
          functionName: 'claims',
          args: [node, packSettleItems(items)],
        })
        const clamp = (value: bigint) => (value < deposit ? value : deposit)
        expect(first?.claimable).toBe(clamp(claimableAt(terms, at, 0, decimals)))
        expect(second?.claimable).toBe(clamp(claimableAt(terms, at, stoppedAt, decimals)))
        expect(first?.pays).toBe(first?.claimable)
      }),
      { numRuns: 60 },
    )
  })
})

test('streams, nodes and users as the core has them', async () => {
  const { contracts, publicClient, deployment, send, user } = chain
  const node = privateKeyToAccount(generatePrivateKey())
  const sessionKey = privateKeyToAccount(generatePrivateKey()).address
  const key = { user: user.address, node: node.address, sessionKey }
  const message = { node: node.address, operator: user.address, deadline: (await chain.now()) + 300 }
  const domain = registryDomain({ chainId: deployment.chainId, contract: deployment.registry })
  const consent = await node.signTypedData({ domain, types: registryTypes, primaryType: 'NodeConsent', message })
  const params = {
    ...{ payout: user.address, pricePerGiB: 20_000n, pricePerHour: 10_000n, country: stringToHex('DE'), flags: 0 },
    ...{ commitment: zeroHash, apiUrl: 'https://node.example', metadataCid: '' },
  }
  await send(contracts.registry, 'register', [node.address, params, message.deadline, consent])
  await send(contracts.sessions, 'deposit', [7n])
  await send(contracts.sessions, 'open', [node.address, sessionKey, 5n])
  const id = streamId(key)
  const read = { ...lens, blockTag: 'latest' } as const

  const [view] = await publicClient.readContract({ ...read, functionName: 'streams', args: [[key]] })
  const stream = await publicClient.readContract({ ...contracts.sessions, functionName: 'stream', args: [id] })
  expect(view).toEqual({ id, stream, closableAt: 0n })
  expect(await publicClient.readContract({ ...read, functionName: 'streamsById', args: [[id]] })).toEqual([stream])

  const [first] = await publicClient.readContract({ ...read, functionName: 'nodes', args: [0n, 10n] })
  const record = await publicClient.readContract({
    ...contracts.registry,
    functionName: 'nodeOf',
    args: [node.address],
  })
  const nodeAccount = await publicClient.readContract({
    ...contracts.sessions,
    functionName: 'nodeAccount',
    args: [node.address],
  })
  expect(first).toEqual({ node: node.address, record, account: nodeAccount })

  const [found] = await publicClient.readContract({ ...read, functionName: 'users', args: [[user.address]] })
  expect(found).toEqual({
    freeBalance: 7n,
    walletBalance: await publicClient.readContract({
      ...contracts.token,
      functionName: 'balanceOf',
      args: [user.address],
    }),
    allowance: await publicClient.readContract({
      ...contracts.token,
      functionName: 'allowance',
      args: [user.address, deployment.sessions],
    }),
    nativeBalance: await publicClient.getBalance({ address: user.address }),
  })
  expect((await publicClient.readContract({ ...read, functionName: 'network' })).timestamp).toBe(
    BigInt(await chain.now()),
  )
})

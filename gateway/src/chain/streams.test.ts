// Reading streams over endpoints that lie or lag, and what of a deposit is not confirmed yet.
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import fc from 'fast-check'
import { encodeFunctionResult } from 'viem'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type TestStream, USDC } from '../testing/network.ts'
import type { RpcProxy } from '../testing/rpc-proxy.ts'
import { network, useNetwork } from '../testing/use-gateway.ts'
import { createPool, type Pool } from './pool.ts'
import { type ReadStream, streamReader } from './streams.ts'

const node = '0x00000000000000000000000000000000000000aa'
const CONFIRMATIONS = 5
const LIMIT = 300_000n

let proxies: RpcProxy[] = []
let stream: TestStream

useNetwork()
beforeAll(async () => {
  proxies = [await network.addRpc(), await network.addRpc(), await network.addRpc()]
  stream = await network.openStream(node)
})
afterEach(() => {
  for (const { lies } of proxies) lies.clear()
})

function reader(count: number): ReadStream {
  const urls = proxies.slice(0, count).map(({ url }) => url)
  const pool = createPool({ urls, chainId: 31337, headAge: 0 }, Date.now)
  const contract = network.deployment.sessions
  return streamReader(pool, { contract, confirmations: CONFIRMATIONS, unconfirmedLimit: LIMIT })
}

/** This endpoint says so of every stream. */
function lie(index: number, state: Partial<{ deposit: bigint; stoppedAt: number; flags: number }>): void {
  const result = { deposit: 0n, settled: 0n, stoppedAt: 0, flags: 0, ...state }
  const said = encodeFunctionResult({ abi: x4pnVpnSessionsAbi, functionName: 'stream', result })
  proxies[index]?.lies.set('eth_call', () => said)
}

test('a stream is read as viem wrote it, and nothing is read that is none', async () => {
  const uint = (bits: bigint) => fc.bigInt({ min: 0n, max: 2n ** bits - 1n })
  const small = (bits: number) => fc.nat({ max: 2 ** bits - 1 })
  const state = fc.record({ deposit: uint(96n), settled: uint(96n), stoppedAt: small(40), flags: small(24) })
  const encode = (result: { deposit: bigint; settled: bigint; stoppedAt: number; flags: number }) =>
    encodeFunctionResult({ abi: x4pnVpnSessionsAbi, functionName: 'stream', result })
  const read = (said: string) => {
    const pool = { agreed: async () => said } as unknown as Pool
    return streamReader(pool, { contract: node, confirmations: 0, unconfirmedLimit: 0n })(stream.stream)
  }
  await fc.assert(
    fc.asyncProperty(state, async (written) => {
      const { deposit, settled, stoppedAt, flags } = written
      const closed = (flags & 2) !== 0
      const expected = flags === 0 ? undefined : { deposit, settled, stoppedAt, closed, servable: deposit }
      expect(await read(encode(written))).toEqual(expected)
      for (const bad of [
        '0x',
        encode(written).slice(0, -2),
        `${encode(written)}00`,
        `${encode(written).slice(0, -2)}zz`,
      ]) {
        await expect(read(bad)).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' })
      }
    }),
    { numRuns: 30 },
  )
})

describe('one endpoint of two', () => {
  test.each([
    ['was never opened', {}],
    ['is stopped', { deposit: USDC, stoppedAt: 5, flags: 1 }],
    ['is closed', { deposit: USDC, stoppedAt: 5, flags: 3 }],
  ])('says that a stream %s: nothing is decided', async (_, state) => {
    lie(0, state)
    await expect(reader(2)(stream.stream)).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' })
  })

  test('is silent: the other one is believed', async () => {
    proxies[0]?.silent.add('eth_call')
    expect(await reader(2)(stream.stream)).toMatchObject({ deposit: USDC })
    expect(await reader(2)(network.makeStream(node).stream)).toBeUndefined()
    proxies[0]?.silent.clear()
  })
})

describe('of three endpoints two are believed', () => {
  test('where one invents a stream', async () => {
    lie(0, { deposit: 1000n * USDC, flags: 1 })
    expect(await reader(3)(network.makeStream(node).stream)).toBeUndefined()
  })

  test('where one hides a stream', async () => {
    lie(1, {})
    expect(await reader(3)(stream.stream)).toMatchObject({ deposit: USDC })
  })

  test('and none where all say something else', async () => {
    lie(0, { deposit: 1n, flags: 1 })
    lie(1, { deposit: 2n, flags: 1 })
    await expect(reader(3)(stream.stream)).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' })
  })
})

describe('what is not confirmed', () => {
  test('is served up to the limit, then whole', async () => {
    const read = reader(1)
    const fresh = await network.openStream(node)
    expect(await read(fresh.stream)).toMatchObject({ deposit: USDC, servable: LIMIT })
    await network.testClient.mine({ blocks: CONFIRMATIONS })
    const known = await read(fresh.stream)
    expect(known).toMatchObject({ deposit: USDC, servable: USDC })

    await network.topUp(fresh, USDC)
    expect(await read(fresh.stream, known)).toMatchObject({ deposit: 2n * USDC, servable: USDC + LIMIT })
    await network.testClient.mine({ blocks: CONFIRMATIONS })
    expect(await read(fresh.stream, known)).toMatchObject({ deposit: 2n * USDC, servable: 2n * USDC })
  })

  test('is not asked for where the deposit is no more than the limit, nor again once it is confirmed', async () => {
    const calls = () => proxies[0]?.calls.filter((method) => method === 'eth_call').length ?? 0
    const small = await network.openStream(node, { deposit: LIMIT })
    const read = reader(1)
    const before = calls()
    expect(await read(small.stream)).toMatchObject({ servable: LIMIT })
    expect(calls() - before).toBe(1)
    await network.testClient.mine({ blocks: CONFIRMATIONS })
    const known = await read(stream.stream)
    const then = calls()
    await read(stream.stream, known)
    expect(calls() - then).toBe(1)
  })
})

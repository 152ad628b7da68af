// Several endpoints, of which some fail, lag or lie.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Fault, RpcProxy } from '../testing/rpc-proxy.ts'
import { network, useNetwork } from '../testing/use-gateway.ts'
import { WrongChainError } from './endpoint.ts'
import { createPool, type Pool } from './pool.ts'

let proxies: RpcProxy[]
/** Milliseconds by which the clock is ahead. */
let ahead = 0
const clock = () => Date.now() + ahead

useNetwork()
beforeEach(async () => {
  ahead = 0
  proxies = [await network.addRpc(), await network.addRpc(), await network.addRpc()]
})
afterEach(() => {
  for (const proxy of proxies) proxy.stop()
})

const poolOf = (count: number, settings: { chainId?: number; headAge?: number } = {}): Pool =>
  createPool({ urls: proxies.slice(0, count).map(({ url }) => url), chainId: 31337, headAge: 0, ...settings }, clock)
const proxy = (index: number): RpcProxy => proxies[index] ?? network.rpc
const asked = (index: number, method: string) => proxy(index).calls.filter((call) => call === method).length
const balance = { method: 'eth_gasPrice' }
const mine = (blocks: number) => network.testClient.mine({ blocks })

describe('an endpoint that fails', () => {
  test.each<Fault>(['tooMany', 'serverError', 'halfResponse', 'notJson', 'noResult', 'stalled', 'timeout'])(
    '%s: the next one answers, and the first rests',
    async (fault) => {
      const pool = poolOf(2)
      await pool.head()
      proxy(0).fault = fault
      expect(await pool.fresh(balance)).toMatch(/^0x/)
      expect(asked(1, balance.method)).toBe(1)
      const before = proxy(0).calls.length
      await pool.fresh(balance)
      expect(proxy(0).calls.length).toBe(before)
      proxy(0).fault = undefined
      // One that was slow is quick again after some looks at its head.
      const again = async () => {
        ahead += 61_000
        await pool.head()
        await pool.fresh(balance)
        return asked(0, balance.method)
      }
      await expect.poll(again, { timeout: 15_000 }).toBeGreaterThan(1)
    },
  )

  test('all of them: the failure is thrown, and no URL is in its first line', async () => {
    const pool = poolOf(2)
    for (const one of proxies) one.fault = 'serverError'
    const error = await pool.fresh(balance).catch((cause: Error) => cause)
    expect(error).toBeInstanceOf(Error)
    expect(String(error).split('\n')[0]).not.toContain('127.0.0.1')
  })

  test('what the chain itself refuses is no failure: nobody else is asked', async () => {
    const pool = poolOf(2)
    await pool.head()
    const data = '0x12345678'
    const call = { method: 'eth_call', params: [{ to: network.deployment.sessions, data }, 'latest'] }
    await expect(pool.fresh(call)).rejects.toThrow(/revert/)
    expect(asked(1, 'eth_call')).toBe(0)
  })
})

test('a slow one is put behind', async () => {
  const pool = poolOf(2)
  proxy(0).late = 600
  await pool.head()
  await pool.fresh(balance)
  expect([asked(0, balance.method), asked(1, balance.method)]).toEqual([0, 1])
})

describe('an endpoint that is behind', () => {
  test('decides nothing, and is used again when it has caught up', async () => {
    const pool = poolOf(2)
    const { number } = await pool.head()
    proxy(0).frozenAt = number
    await mine(10)
    ahead = 11_000
    // Each of them is looked at every ten seconds; the first answer may still be the old one.
    await pool.head()
    await expect.poll(async () => (await pool.head()).number, { timeout: 10_000 }).toBe(number + 10n)
    const before = asked(0, balance.method)
    await pool.fresh(balance)
    expect(asked(0, balance.method)).toBe(before)
    proxy(1).up = false
    await expect(pool.fresh(balance)).rejects.toThrow()
    expect(asked(0, balance.method)).toBe(before)
    proxy(0).frozenAt = undefined
    ahead = 120_000
    await expect
      .poll(() => pool.fresh(balance).catch(() => pool.head().then(() => 'behind')), { timeout: 10_000 })
      .toMatch(/^0x/)
  })

  test('is looked at again after a moment in which the clock was a day ahead', async () => {
    const pool = poolOf(2)
    const isLookedAt = async () => {
      const before = asked(1, 'eth_getBlockByNumber')
      await pool.head()
      await expect.poll(() => asked(1, 'eth_getBlockByNumber'), { timeout: 10_000 }).toBeGreaterThan(before)
    }
    await pool.head()
    ahead = 86_400_000
    await isLookedAt()
    ahead = 11_000
    await isLookedAt()
  })

  test('the head never goes back because the best endpoint is silent', async () => {
    const pool = poolOf(2)
    await mine(3)
    const { number } = await pool.head()
    proxy(0).up = false
    proxy(1).frozenAt = number - 2n
    expect((await pool.head()).number).toBe(number)
    proxy(1).frozenAt = number - 8n > 0n ? number - 8n : 0n
    await expect(pool.head()).rejects.toThrow()
  })

  test('the head goes back where all of them say so', async () => {
    const pool = poolOf(2)
    const snapshot = await network.testClient.snapshot()
    await mine(8)
    const { number } = await pool.head()
    await network.testClient.revert({ id: snapshot })
    expect((await pool.head()).number).toBe(number - 8n)
    expect(await pool.fresh(balance)).toMatch(/^0x/)
  })

  test('a newest block that is too old decides nothing, also with one endpoint', async () => {
    await mine(1)
    const pool = poolOf(1, { headAge: 600 })
    await pool.head()
    ahead = 3_600_000
    await expect(pool.fresh(balance)).rejects.toThrow(/is behind/)
    await expect(pool.head()).rejects.toThrow(/is behind/)
    expect(await pool.any(balance)).toMatch(/^0x/)
  })
})

describe('an endpoint that lies', () => {
  test('about its head: of three the second highest counts, so the honest ones stay in use', async () => {
    const pool = poolOf(3)
    const { hash } = await network.publicClient.getBlock()
    const block = { number: '0x3b9aca00', hash, parentHash: hash, timestamp: '0x1' }
    proxy(2).lies.set('eth_getBlockByNumber', () => block)
    await pool.head()
    expect(await pool.fresh(balance)).toMatch(/^0x/)
    expect([asked(0, balance.method), asked(2, balance.method)]).toEqual([1, 0])
  })

  test('about its chain: nothing that it says is used', async () => {
    const pool = poolOf(2)
    proxy(0).lies.set('eth_chainId', () => '0x1')
    await expect(pool.requireRightChain()).rejects.toThrow(WrongChainError)
    expect(await pool.fresh(balance)).toMatch(/^0x/)
    expect(asked(0, balance.method)).toBe(0)
  })
})

// Rate limits in the kernel: one session's, and what two that want everything get of a total.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../client/client.ts'
import { startTestNetwork, type TestNetwork } from './harness.ts'

const ENDLESS = 2 ** 30
const mbit = async (client: Client, seconds: number) => {
  const { bytes } = await client.ask('download', ENDLESS, seconds * 1000)
  return (bytes * 8) / seconds / 1e6
}

describe('16 Mbit/s for each session', () => {
  let network: TestNetwork
  let client: Client
  beforeAll(async () => {
    network = await startTestNetwork('session-rate', { env: { X4PN_SESSION_MBIT: '16' } })
    client = (await network.connect('user')).client
  })
  afterAll(() => network?.stop())

  test('are not exceeded, and are used', async () => {
    const measured = await mbit(client, 5)
    expect(measured).toBeLessThan(20)
    expect(measured).toBeGreaterThan(8)
  })

  test('also upwards', async () => {
    const { milliseconds } = await client.ask('upload', 4 * 2 ** 20, 60_000)
    expect((4 * 2 ** 20 * 8) / milliseconds / 1000).toBeLessThan(20)
  })
})

describe('40 Mbit/s for all', () => {
  let network: TestNetwork
  let clients: Client[]
  beforeAll(async () => {
    network = await startTestNetwork('total-rate', { env: { X4PN_TOTAL_MBIT: '40' } })
    clients = [(await network.connect('user')).client, (await network.connect('stranger')).client]
  })
  afterAll(() => network?.stop())

  test('are divided between two that want everything, and alone again one has it all', async () => {
    const first = clients[0] as Client
    // Until the shares follow from what was carried.
    await Promise.all(clients.map((client) => mbit(client, 4)))
    const [one = 0, other = 0] = await Promise.all(clients.map((client) => mbit(client, 8)))
    expect(one + other).toBeLessThan(48)
    expect(Math.min(one, other)).toBeGreaterThan(10)
    expect(Math.max(one, other) / Math.min(one, other)).toBeLessThan(1.8)
    await mbit(first, 10)
    expect(await mbit(first, 5)).toBeGreaterThan(24)
  })
})

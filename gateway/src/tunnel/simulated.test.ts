// The simulated tunnel: a steady rate while there is credit, and never a byte beyond it.
import { expect, test } from 'vitest'
import { peerAt } from '../testing/peer.ts'
import { SimulatedTunnel } from './simulated.ts'

const MIB = 2n ** 20n
const peer = peerAt(1, { usedBytes: 5n, entitledBytes: 8n * MIB })

function setUp() {
  let now = 0
  const tunnel = new SimulatedTunnel(() => now)
  const used = async (seconds: number) => {
    now += seconds * 1000
    return (await tunnel.readUsage()).get(peer.stream)
  }
  return { tunnel, used }
}

test('it says that it is simulated', () => {
  expect(new SimulatedTunnel().simulated).toBe(true)
})

test('16 MiB a second from where the session stands, up to the credit', async () => {
  const { tunnel, used } = setUp()
  await tunnel.add(peer)
  expect(await used(0)).toBe(5n)
  expect(await used(0.25)).toBe(4n * MIB + 5n)
  expect(await used(60)).toBe(8n * MIB)
  await tunnel.setCredit([{ ...peer, entitledBytes: 9n * MIB }])
  expect(await used(60)).toBe(9n * MIB)
  await tunnel.setCredit([{ ...peer, entitledBytes: 0n }])
  expect(await used(60)).toBe(9n * MIB)
})

test('exactly the peers that it is given', async () => {
  const { tunnel, used } = setUp()
  await tunnel.add(peer)
  await tunnel.ensure([])
  expect(await used(1)).toBeUndefined()
  await tunnel.ensure([peer])
  await tunnel.remove(peer)
  expect(await used(1)).toBeUndefined()
})

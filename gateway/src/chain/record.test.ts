// The node's own record over endpoints of which one lies: what it says would be the price of every new session.
import { x4pnNodeRegistryAbi } from '@x4pn/contracts'
import { encodeFunctionResult, toFunctionSelector } from 'viem'
import { afterEach, expect, test } from 'vitest'
import { PRICE_PER_GIB } from '../testing/register.ts'
import { createRounds } from '../testing/rounds.ts'
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts'
import { network, useNetwork } from '../testing/use-gateway.ts'

let gateway: TestGateway
const { parts, pass: rounds } = createRounds()

useNetwork()
afterEach(() => {
  network.rpc.lies.clear()
  return gateway.stop()
})

const selector = toFunctionSelector('nodeOf(address)')

/** The first endpoint says that everything is free. */
async function lie(): Promise<void> {
  const { registry } = network.contracts
  const args = [gateway.node] as const
  const record = await network.publicClient.readContract({ ...registry, functionName: 'nodeOf', args })
  const result = { ...record, params: { ...record.params, pricePerGiB: 0n } }
  const said = encodeFunctionResult({ abi: x4pnNodeRegistryAbi, functionName: 'nodeOf', result })
  network.rpc.lies.set('eth_call', ([call]) =>
    (call as { data: string }).data.startsWith(selector) ? said : undefined,
  )
}

test.each([
  ['of three endpoints two are believed', 3],
  ['of three that disagree none: the last record counts, and streams are read all the same', 2],
])('%s', async (_, answering) => {
  const others = [await network.addRpc(), await network.addRpc()]
  let ahead = 0
  const urls = [network.rpc, ...others].map(({ url }) => url).join()
  gateway = await startTestGateway(network, {
    env: { X4PN_RPC_URLS: urls },
    parts: { ...parts, clock: () => Date.now() + ahead },
  })
  await gateway.ready()
  await lie()
  if (answering === 2) others[1]?.silent.add('eth_call')
  // The record is read every minute.
  ahead = 61_000
  await rounds()
  const stream = await network.openStream(gateway.node)
  const { body } = await gateway.join(stream)
  expect(body.terms.pricePerGiB).toBe(String(PRICE_PER_GIB))
})

test('read again within a minute, although the clock was a day ahead when it was last read', async () => {
  let ahead = 0
  gateway = await startTestGateway(network, { parts: { ...parts, clock: () => Date.now() + ahead } })
  await gateway.ready()
  const read = async () => {
    network.rpc.calls.length = 0
    await rounds()
    return network.rpc.calls.includes('eth_call')
  }
  expect(await read()).toBe(false)
  ahead = 86_400_000
  expect(await read()).toBe(true)
  ahead = 61_000
  expect(await read()).toBe(true)
  expect(await read()).toBe(false)
})

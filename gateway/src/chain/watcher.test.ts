// What the gateway does when something happens on chain: prices, keys, bonds, pauses, reorganisations, owners.
import { registryDomain, registryTypes, x4pnNodeRegistryAbi } from '@x4pn/contracts'
import pino from 'pino'
import {
  type Address,
  encodeAbiParameters,
  encodeEventTopics,
  getAddress,
  type Hex,
  hashMessage,
  parseAbiParameters,
  zeroHash,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Log } from '../log.ts'
import { ask } from '../testing/http.ts'
import { type TestStream, USDC } from '../testing/network.ts'
import { PRICE_PER_GIB } from '../testing/register.ts'
import { createRounds } from '../testing/rounds.ts'
import type { RpcProxy } from '../testing/rpc-proxy.ts'
import { MIB, outcome, startTestGateway, type TestGateway, until } from '../testing/test-gateway.ts'
import { network, useNetwork } from '../testing/use-gateway.ts'

let gateway: TestGateway
let stream: TestStream
let second: RpcProxy
/** Milliseconds by which the gateway's clock is ahead. */
let ahead = 0
let lines: string[] = []
const { parts, pass: rounds } = createRounds()

const log: Log = pino({ level: 'trace', base: null }, { write: (line: string) => void lines.push(line) })
const said = (text: string) => lines.some((line) => line.includes(text))

useNetwork()
beforeAll(async () => {
  second = await network.addRpc()
})
beforeEach(async () => {
  ahead = 0
  lines = []
  await start()
})
afterEach(() => gateway.stop())

async function start(env: Record<string, string> = {}): Promise<void> {
  gateway = await startTestGateway(network, {
    env: { X4PN_RPC_URLS: `${network.rpc.url},${second.url}`, X4PN_CONFIRMATIONS: '3', ...env },
    parts: { ...parts, clock: () => Date.now() + ahead, log },
  })
  stream = await network.openStream(gateway.node, { deposit: 5n * USDC })
  await gateway.join(stream)
}
/** Nobody gives logs of what is mined meanwhile, and the gateway asks for fewer and fewer blocks at a time. */
async function silence(blocks: number): Promise<void> {
  for (const rpc of [network.rpc, second]) rpc.silent.add('eth_getLogs')
  await network.testClient.mine({ blocks })
  for (let round = 0; round < 4; round++) await rounds()
}
const price = async () => (await ask<{ pricePerGiB: string }>(`${gateway.apiUrl}/v1/info`)).body.pricePerGiB

async function succeed(): Promise<Address> {
  const successor = privateKeyToAccount(generatePrivateKey())
  const { chainId, registry } = network.deployment
  const deadline = Number((await network.publicClient.getBlock()).timestamp) + 3600
  const consent = await successor.signTypedData({
    domain: registryDomain({ chainId, contract: registry }),
    types: registryTypes,
    primaryType: 'NodeConsent',
    message: { node: successor.address, operator: network.user.address, deadline },
  })
  const { walletClient, contracts, mined } = network
  const args = [gateway.node, successor.address, deadline, consent] as const
  await mined(await walletClient.writeContract({ ...contracts.registry, functionName: 'succeed', args }))
  return successor.address
}

test('a new price is for new sessions; the terms of the others stay', async () => {
  const { contracts, mined, publicClient, walletClient } = network
  const nodeOf = { ...contracts.registry, functionName: 'nodeOf', args: [gateway.node] } as const
  const { params } = await publicClient.readContract(nodeOf)
  const args = [gateway.node, { ...params, pricePerGiB: 2n * PRICE_PER_GIB }] as const
  await mined(await walletClient.writeContract({ ...contracts.registry, functionName: 'update', args }))
  await until(async () => (await price()) === String(2n * PRICE_PER_GIB))
  const fresh = await network.openStream(gateway.node)
  expect((await gateway.join(fresh)).body.terms.pricePerGiB).toBe(String(2n * PRICE_PER_GIB))
  expect((await gateway.join(stream)).body.terms.pricePerGiB).toBe(String(PRICE_PER_GIB))
})

test('another key takes over: nobody new is served; who is here goes on, is settled, and it is paid out', async () => {
  await gateway.pay(stream, 700n)
  const successor = await succeed()
  await until(() => said('"alert":"succeeded"'))
  const fresh = await network.openStream(gateway.node)
  const answer = await gateway.join(fresh)
  expect([answer.status, outcome(answer), answer.body.error.details]).toEqual([410, 'NODE_SUCCEEDED', successor])
  expect(await gateway.pay(stream, 800n)).toMatchObject({ served: true })
  ahead += 3_601_000
  await until(async () => (await network.readStream(stream)).settled === 800n)
  ahead += 61_000
  const account = () =>
    network.publicClient.readContract({
      ...network.contracts.sessions,
      functionName: 'nodeAccount',
      args: [gateway.node],
    })
  await until(async () => (await account()).balance === 0n)
})

test('a pause of inflows is reported; what the node offers stays', async () => {
  const { walletClient, contracts, mined } = network
  await mined(await walletClient.writeContract({ ...contracts.sessions, functionName: 'pauseInflows' }))
  await until(() => said('"alert":"inflows-paused"'))
  expect(await price()).toBe(String(PRICE_PER_GIB))
  await mined(await walletClient.writeContract({ ...contracts.sessions, functionName: 'unpauseInflows' }))
  await until(() => said('can be opened and topped up again'))
})

test('a top-up counts, although the first endpoint fails and the second is asked', async () => {
  network.rpc.fault = 'serverError'
  await network.topUp(stream, USDC)
  await until(async () => (await gateway.pay(stream, 0n)).deposit === String(6n * USDC))
  network.rpc.fault = undefined
})

describe('a reorganisation', () => {
  test('undoes an opening: cut at once without a restart, served again when it is back', async () => {
    const snapshot = await network.testClient.snapshot()
    const undone = await network.openStream(gateway.node)
    await gateway.join(undone)
    expect(await gateway.pay(undone, 300n)).toMatchObject({ served: true })
    await rounds()
    await network.testClient.revert({ id: snapshot })
    await until(async () => !(await gateway.pay(undone, 0n)).served || (await gateway.pay(undone, 0n)).deposit === '0')
    expect((await gateway.pay(undone, 0n)).deposit).toBe('0')
    const args = [undone.node, undone.sessionKey, USDC] as const
    const call = { ...network.contracts.sessions, functionName: 'open', args } as const
    await network.mined(await network.walletClient.writeContract(call))
    await until(async () => (await gateway.pay(undone, 0n)).claimed === '300')
  })

  test('could still undo a large opening: it is served up to the published amount until it is confirmed', async () => {
    const limit = 1_000_000n
    const large = await network.openStream(gateway.node, { deposit: 5n * USDC })
    await gateway.join(large)
    await gateway.pay(large, 3n * USDC)
    // A byte costs 2^-10.
    const served = limit * 1024n + MIB
    expect(gateway.tunnel.pass(large.stream, 2n ** 40n)).toBe(served)
    await network.testClient.mine({ blocks: 4 })
    await until(() => gateway.tunnel.pass(large.stream, 1n) === 1n)
    expect(gateway.tunnel.pass(large.stream, 2n ** 40n) + served + 1n).toBe(3n * USDC * 1024n + MIB)
  })
})

describe('pitfall 26: an owner of a smart account is revoked in mid-session', () => {
  const CODE = '0x60043560005414600f5760006000fd5b631626ba7e60e01b60005260206000f3'
  const wallet = getAddress('0x00000000000000000000000000000000005afe02')
  const vouchFor = (value: Hex) =>
    network.testClient.setStorageAt({ address: wallet, index: `0x${'00'.repeat(32)}`, value })

  async function joined(): Promise<{ held: TestStream; body: Awaited<ReturnType<TestGateway['signIn']>> }> {
    await network.testClient.setCode({ address: wallet, bytecode: CODE })
    await network.fund(wallet)
    const held = await network.openStream(gateway.node, { by: wallet })
    const signer = { address: wallet, signMessage: async () => `0x${'ab'.repeat(70)}` as const }
    const body = await gateway.signIn(held, 'join', { signer })
    await vouchFor(hashMessage(body.message))
    expect(outcome(await gateway.post.join(body))).toBe('ok')
    expect(await gateway.pay(held, 500n)).toMatchObject({ served: true })
    return { held, body }
  }

  test('the account does not vouch any more: cut within a minute; it vouches again: served', async () => {
    const { held, body } = await joined()
    await vouchFor(`0x${'11'.repeat(32)}`)
    ahead += 61_000
    await until(async () => !(await gateway.pay(held, 0n)).served)
    await vouchFor(hashMessage(body.message))
    ahead += 61_000
    await until(async () => (await gateway.pay(held, 0n)).served)
  })

  test('also where the clock was a day ahead when it was last asked', async () => {
    const { held } = await joined()
    ahead += 86_400_000
    await rounds()
    ahead -= 86_400_000
    await vouchFor(`0x${'11'.repeat(32)}`)
    ahead += 61_000
    await until(async () => !(await gateway.pay(held, 0n)).served)
  })

  test('also after a restart, and whoever holds the session key signs in and goes on', async () => {
    const { held } = await joined()
    await vouchFor(`0x${'11'.repeat(32)}`)
    await gateway.restart()
    await until(async () => !(await gateway.pay(held, 0n)).served)
    expect(outcome(await gateway.join(held))).toBe('ok')
    expect(await gateway.pay(held, 0n)).toMatchObject({ served: true })
    ahead += 61_000
    await rounds()
    expect(await gateway.pay(held, 0n)).toMatchObject({ served: true })
  })

  test.each([
    ['an opcode that is none', '0xfe'],
    ['a loop without end', '0x5b600056'],
  ] as const)('its code became %s: it is cut, and nobody else is held up', async (_, bytecode) => {
    const { held } = await joined()
    await network.testClient.setCode({ address: wallet, bytecode })
    ahead += 61_000
    await until(async () => !(await gateway.pay(held, 0n)).served)
    const other = await network.openStream(gateway.node)
    await gateway.join(other)
    await gateway.pay(other, 700n)
    await network.stopStream(other)
    await until(async () => (await network.readStream(other)).settled === 700n)
  })

  test('the silence of the chain is not its no', async () => {
    const { held } = await joined()
    for (const rpc of [network.rpc, second]) rpc.silent.add('eth_getCode').add('eth_call')
    ahead += 61_000
    await rounds()
    expect(await gateway.pay(held, 0n)).toMatchObject({ served: true })
    for (const rpc of [network.rpc, second]) rpc.silent.clear()
  })
})

describe('a slashing case', () => {
  const predecessor = '0x00000000000000000000000000000000000000aa'
  const stranger = '0x00000000000000000000000000000000000000bb'
  /** As the registry's events say it: making one on chain takes a bond, which takes an epoch's earnings. */
  const opened = (node: Address, holder: Address): unknown => ({
    address: network.deployment.registry,
    topics: encodeEventTopics({
      abi: x4pnNodeRegistryAbi,
      eventName: 'SlashCaseOpened',
      args: { caseId: 1n, node, holder },
    }),
    data: encodeAbiParameters(parseAbiParameters('uint256, uint256, string'), [5n, 2_000_000_000n, 'bafyevidence']),
    ...{ blockNumber: '0x1', blockHash: zeroHash, transactionHash: zeroHash, transactionIndex: '0x0', logIndex: '0x0' },
  })
  const happens = async (log: unknown) => {
    for (const rpc of [network.rpc, second]) {
      rpc.lies.set('eth_getLogs', ([filter]) => (Array.isArray((filter as { address: unknown }).address) ? [log] : []))
    }
    await network.testClient.mine({ blocks: 1 })
    await rounds()
    for (const rpc of [network.rpc, second]) rpc.lies.clear()
  }

  test('against this node, or a predecessor whose bond it carries on, is told; one against others is not', async () => {
    await happens(opened(predecessor, stranger))
    expect(said('"alert":"slash-case"')).toBe(false)
    await happens(opened(predecessor, gateway.node))
    expect(said('"alert":"slash-case"')).toBe(true)
    lines = []
    await happens(opened(gateway.node, stranger))
    expect(said('"alert":"slash-case"')).toBe(true)
  })

  test('is told once, although what happened after it could not be read at first', async () => {
    const first = (await network.publicClient.getBlockNumber()) + 1n
    let broken = true
    const lie = ([filter]: unknown[]) => {
      const { address, fromBlock } = filter as { address: unknown; fromBlock: Hex }
      if (BigInt(fromBlock) > first) return broken ? '0x12' : undefined
      return Array.isArray(address) ? [opened(gateway.node, stranger)] : []
    }
    await silence(100)
    for (const rpc of [network.rpc, second]) rpc.lies.set('eth_getLogs', lie)
    for (const rpc of [network.rpc, second]) rpc.silent.clear()
    await until(() => said('"alert":"slash-case"'))
    await rounds()
    broken = false
    await until(() => said('the chain answers again'))
    for (const rpc of [network.rpc, second]) rpc.lies.clear()
    expect(lines.filter((line) => line.includes('"alert":"slash-case"'))).toHaveLength(1)
  })
})

test('a stop does not wait until all of a long silence is read', async () => {
  await silence(400)
  const both = [network.rpc, second]
  for (const rpc of both) {
    rpc.calls.length = 0
    rpc.held.add('eth_getLogs')
    rpc.silent.clear()
  }
  const calls = () => both.flatMap((rpc) => rpc.calls).filter((method) => method === 'eth_getLogs').length
  await until(() => calls() >= 2)
  const halted = gateway.halt()
  for (const rpc of both) rpc.held.clear()
  await halted
  // Two for each range, of which there are forty.
  expect(calls()).toBeLessThan(12)
})

test('endpoints that give the logs of few blocks at a time: what happened in a long silence is read all the same', async () => {
  const both = [network.rpc, second]
  for (const rpc of both) rpc.silent.add('eth_getLogs')
  await network.stopStream(stream)
  await network.testClient.mine({ blocks: 400 })
  for (const rpc of both) {
    rpc.logRange = 100n
    rpc.silent.clear()
  }
  try {
    await until(async () => !(await gateway.pay(stream, 0n)).served)
  } finally {
    for (const rpc of both) rpc.logRange = undefined
  }
})

test('once they answer, more blocks are asked for again', async () => {
  await silence(400)
  const both = [network.rpc, second]
  const ranges: number[] = []
  const listen = ([filter]: unknown[]) => {
    const { fromBlock, toBlock } = filter as { fromBlock: Hex; toBlock: Hex }
    ranges.push(Number(toBlock) - Number(fromBlock) + 1)
    return undefined
  }
  for (const rpc of both) {
    rpc.lies.set('eth_getLogs', listen)
    rpc.silent.clear()
  }
  await network.stopStream(stream)
  await until(async () => !(await gateway.pay(stream, 0n)).served)
  for (const rpc of both) rpc.lies.clear()
  const [first = 0] = ranges
  expect(first).toBeLessThan(100)
  expect(Math.max(...ranges)).toBeGreaterThanOrEqual(2 * first)
})

describe('pitfall 36: a clock that is off', () => {
  test('an hour behind: said loudly, and a sign-in of the right time is refused, not believed', async () => {
    ahead = -3_600_000
    await network.testClient.mine({ blocks: 1 })
    await until(() => said('"alert":"clock"'))
    const fresh = await network.openStream(gateway.node)
    const issuedAt = new Date().toISOString()
    const fields = { issuedAt, expirationTime: new Date(Date.now() + 300_000).toISOString() }
    expect(outcome(await gateway.join(fresh, { fields }))).toBe('SIGNIN_NOT_YET_VALID')
    // Who is here pays and goes on.
    expect(await gateway.pay(stream, 400n)).toMatchObject({ served: true, claimed: '400' })
  })

  test('an hour ahead: an old sign-in is refused, and nothing that the chain says is taken for fresh', async () => {
    await gateway.stop()
    await start({ X4PN_HEAD_AGE: '600' })
    const fresh = await network.openStream(gateway.node)
    ahead = 3_600_000
    expect(outcome(await gateway.join(fresh))).toBe('CHAIN_UNAVAILABLE')
    const fields = {
      issuedAt: new Date().toISOString(),
      expirationTime: new Date(Date.now() + 300_000).toISOString(),
    }
    expect(outcome(await gateway.join(fresh, { fields }))).toBe('SIGNIN_EXPIRED')
    expect(await gateway.pay(stream, 400n)).toMatchObject({ served: true, claimed: '400' })
  })
})

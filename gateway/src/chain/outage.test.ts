// A chain that is silent, or another one than it should be.
import { beforeEach, describe, expect, test } from 'vitest'
import type { TestStream } from '../testing/network.ts'
import { createRounds } from '../testing/rounds.ts'
import { outcome, until } from '../testing/test-gateway.ts'
import { gateway, network, useGateway } from '../testing/use-gateway.ts'
import { createEndpoint, WrongChainError } from './endpoint.ts'

let known: TestStream
/** Milliseconds by which the gateway's clock is ahead. */
let ahead = 0
const { parts, pass: rounds } = createRounds()

useGateway({ parts: { ...parts, clock: () => Date.now() + ahead } })
beforeEach(async () => {
  network.rpc.up = true
  await gateway.ready()
  known = await network.openStream(gateway.node)
  await gateway.join(known)
})

test('ten minutes without the chain: paid sessions go on within their receipts, and nothing is settled twice', async () => {
  await gateway.pay(known, 1000n)
  const fresh = await network.openStream(gateway.node)
  network.rpc.up = false
  let claim = 1000n
  for (let minute = 0; minute < 10; minute++) {
    ahead += 60_000
    claim += 1000n
    expect(await gateway.pay(known, claim)).toMatchObject({ claimed: String(claim), served: true })
    expect(gateway.tunnel.pass(known.stream, 50n)).toBe(50n)
    const answer = await gateway.join(fresh)
    expect([answer.status, outcome(answer)]).toEqual([503, 'CHAIN_UNAVAILABLE'])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  }
  // Beyond receipts and allowance nothing passes, as at any other time.
  const { creditBytes } = await gateway.pay(known, 0n)
  expect(gateway.tunnel.pass(known.stream, 2n ** 40n)).toBeLessThanOrEqual(BigInt(creditBytes) + 600n)
  expect(gateway.tunnel.pass(known.stream, 1n)).toBe(0n)

  const before = network.rpc.calls.filter((method) => method === 'eth_sendRawTransaction').length
  network.rpc.up = true
  ahead += 3_600_000
  await until(async () => (await network.readStream(known)).settled === claim)
  expect(outcome(await gateway.join(fresh))).toBe('ok')
  ahead += 3_600_000
  await rounds()
  expect(network.rpc.calls.filter((method) => method === 'eth_sendRawTransaction').length - before).toBe(1)
  const credited = await network.publicClient.getContractEvents({
    ...network.contracts.sessions,
    eventName: 'NodeCredited',
    args: { node: gateway.node },
    fromBlock: 0n,
  })
  const sum = credited.reduce((all, { args: { amount = 0n, fee = 0n } }) => all + amount + fee, 0n)
  expect(sum).toBe(claim)
})

test('pitfall 35: sessions that are known go on, pay, rotate and leave; new ones are told to come again', async () => {
  const fresh = await network.openStream(gateway.node)
  network.rpc.up = false
  const answer = await gateway.join(fresh)
  expect([answer.status, outcome(answer)]).toEqual([503, 'CHAIN_UNAVAILABLE'])
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect(gateway.tunnel.peers.has(fresh.stream)).toBe(false)

  expect(await gateway.pay(known, 500n)).toMatchObject({ claimed: '500', served: true })
  expect(outcome(await gateway.join(known))).toBe('ok')
  expect(gateway.tunnel.pass(known.stream, 100n)).toBe(100n)
  expect(outcome(await gateway.leave(known))).toBe('ok')

  network.rpc.up = true
  expect(outcome(await gateway.join(fresh))).toBe('ok')
  await until(async () => ((await network.readStream(known)).flags & 2) !== 0)
})

test('it starts without the chain: what is in the journal is served', async () => {
  await gateway.pay(known, 300n)
  await gateway.copyJournal()
  network.rpc.up = false
  await gateway.restart()
  expect(gateway.tunnel.pass(known.stream, 100n)).toBe(100n)
  expect(await gateway.pay(known, 400n)).toMatchObject({ claimed: '400', served: true })
  network.rpc.up = true
  await gateway.ready()
})

describe('a stop on chain', () => {
  test('cuts, and is settled at once', async () => {
    await gateway.pay(known, 300n)
    await network.stopStream(known)
    await until(async () => (await gateway.pay(known, 0n)).served === false)
    await until(async () => (await network.readStream(known)).settled === 300n)
    expect(outcome(await gateway.join(known))).toBe('STREAM_STOPPED')
  })

  test('an opening that a reorganisation undoes is cut, and served again once it is back', async () => {
    const snapshot = await network.testClient.snapshot()
    const undone = await network.openStream(gateway.node)
    await gateway.join(undone)
    await gateway.pay(undone, 300n)
    await network.testClient.revert({ id: snapshot })
    await gateway.copyJournal()
    await gateway.restart()
    await until(async () => (await gateway.pay(undone, 0n)).deposit === '0')
    const args = [undone.node, undone.sessionKey, 1_000_000n] as const
    const call = { ...network.contracts.sessions, functionName: 'open', args } as const
    await network.mined(await network.walletClient.writeContract(call))
    await until(async () => (await gateway.pay(undone, 0n)).claimed === '300')
  })
})

describe('another chain', () => {
  test('an endpoint of it keeps the gateway from starting', async () => {
    const slip = { chainId: 1 }
    await expect(gateway.restart({ env: slip })).rejects.toThrow(/serves chain 31337, not 1/)
    await expect(gateway.restart({ env: slip })).rejects.toThrow(WrongChainError)
    await gateway.restart()
    await gateway.ready()
  })

  test('an endpoint that was silent at first is not believed either', async () => {
    const { request, check } = createEndpoint(network.rpc.url, 1, 'endpoint 1', Date.now)
    network.rpc.up = false
    await expect(check()).rejects.not.toBeInstanceOf(WrongChainError)
    network.rpc.up = true
    await expect(request({ method: 'eth_blockNumber' })).rejects.toThrow(WrongChainError)
    await expect(check()).rejects.toThrow(/endpoint 1 serves chain 31337/)
  })
})

// Who is taken in: limits of wallets and addresses, what a refusal costs the chain, and accounts with code.
import { createWalletClient, hashMessage, http, type PrivateKeyAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterEach, describe, expect, test } from 'vitest'
import { USDC } from '../../testing/network.ts'
import { outcome, startTestGateway, type TestGateway, until } from '../../testing/test-gateway.ts'
import { network, useNetwork } from '../../testing/use-gateway.ts'

let gateway: TestGateway

useNetwork()
afterEach(async () => {
  await gateway?.stop()
})

const start = async (env: Record<string, string>, clock: () => number = Date.now) => {
  gateway = await startTestGateway(network, { env, parts: { clock } })
}
/** Another user with money. */
const another = async (): Promise<PrivateKeyAccount> => {
  const account = privateKeyToAccount(generatePrivateKey())
  await network.fund(account.address)
  return account
}
const reads = () => network.rpc.calls.filter((method) => method === 'eth_call' || method === 'eth_getCode').length

describe('pitfall 34: nobody fills the table', () => {
  test('one wallet has so many sessions, and room again when one has ended', async () => {
    await start({ X4PN_SESSIONS_PER_WALLET: '2' })
    const first = await network.openStream(gateway.node)
    const second = await network.openStream(gateway.node)
    const third = await network.openStream(gateway.node)
    expect(outcome(await gateway.join(first))).toBe('ok')
    expect(outcome(await gateway.join(second))).toBe('ok')
    expect(outcome(await gateway.join(third))).toBe('WALLET_LIMITED')
    // Who is in already is not counted against.
    expect(outcome(await gateway.join(first))).toBe('ok')
    const other = await another()
    const held = await network.openStream(gateway.node, { by: other.address })
    expect(outcome(await gateway.join(held))).toBe('ok')
    await gateway.leave(first)
    await expect.poll(async () => outcome(await gateway.join(third)), { timeout: 10_000 }).toBe('ok')
  })

  test('one that is used up and settled still counts: it keeps its peer', async () => {
    await start({ X4PN_SESSIONS_PER_WALLET: '1', X4PN_SESSIONS_PER_ADDRESS: '1' })
    const spent = await network.openStream(gateway.node)
    await gateway.join(spent)
    await gateway.pay(spent, USDC)
    await until(async () => (await network.readStream(spent)).settled === USDC)
    gateway.tunnel.pass(spent.stream, 2n ** 40n)
    await until(async () => BigInt((await gateway.pay(spent, 0n)).owed) >= USDC)
    const next = await network.openStream(gateway.node)
    expect(outcome(await gateway.join(next))).toBe('WALLET_LIMITED')
    const other = await another()
    const held = await network.openStream(gateway.node, { by: other.address })
    expect(outcome(await gateway.join(held))).toBe('ADDRESS_LIMITED')
  })

  test('one that is stopped at once still counts', async () => {
    await start({ X4PN_SESSIONS_PER_WALLET: '1', X4PN_SESSIONS_PER_ADDRESS: '1' })
    const stopped = await network.openStream(gateway.node)
    await gateway.join(stopped)
    await network.stopStream(stopped)
    await until(async () => !(await gateway.pay(stopped, 0n)).served)
    const next = await network.openStream(gateway.node)
    expect(outcome(await gateway.join(next))).toBe('WALLET_LIMITED')
    const other = await another()
    const held = await network.openStream(gateway.node, { by: other.address })
    expect(outcome(await gateway.join(held))).toBe('ADDRESS_LIMITED')
  })

  test('one address has so many sessions, whoever they belong to', async () => {
    await start({ X4PN_SESSIONS_PER_ADDRESS: '1' })
    const other = await another()
    const first = await network.openStream(gateway.node)
    const second = await network.openStream(gateway.node, { by: other.address })
    expect(outcome(await gateway.join(first, { from: '127.0.0.2' }))).toBe('ok')
    expect(outcome(await gateway.join(second, { from: '127.0.0.2' }))).toBe('ADDRESS_LIMITED')
    expect(outcome(await gateway.join(second, { from: '127.0.0.3' }))).toBe('ok')
  })

  test('two at once for the last place: one of them', async () => {
    await start({ X4PN_SESSIONS_PER_WALLET: '1' })
    const streams = [await network.openStream(gateway.node), await network.openStream(gateway.node)]
    const both = await Promise.all(streams.map((stream) => gateway.join(stream)))
    expect(both.map(outcome).sort()).toEqual(['WALLET_LIMITED', 'ok'])
  })

  test('what has proved nothing, and what finds no room, costs no question to the chain', async () => {
    await start({ X4PN_MAX_SESSIONS: '1' })
    const first = await network.openStream(gateway.node)
    await gateway.join(first)
    const second = network.makeStream(gateway.node)
    const before = reads()
    expect(outcome(await gateway.join(second))).toBe('CAPACITY_FULL')
    expect(outcome(await gateway.join(second, { body: { message: 'x' } }))).toBe('SIGNIN_MALFORMED')
    expect(outcome(await gateway.join(second, { signer: network.user, fields: { nonce: 'a'.repeat(40) } }))).toBe(
      'NONCE_INVALID',
    )
    expect(reads()).toBe(before)
  })
})

describe('pitfall 25: the chain is asked so often for one client', () => {
  test('then it is told to wait, and others go on', async () => {
    let ahead = 0
    await start({ X4PN_CALLS_PER_CLIENT: '3' }, () => Date.now() + ahead)
    const stranger = () => gateway.join(network.makeStream(gateway.node), { from: '127.0.0.9' })
    const before = reads()
    const answers = [await stranger(), await stranger(), await stranger(), await stranger(), await stranger()]
    expect(answers.map(outcome)).toEqual([
      ...Array.from({ length: 3 }, () => 'STREAM_UNFUNDED'),
      'RATE_LIMITED',
      'RATE_LIMITED',
    ])
    expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0)
    expect(reads() - before).toBe(3)
    const stream = await network.openStream(gateway.node)
    expect(outcome(await gateway.join(stream, { from: '127.0.0.8' }))).toBe('ok')
    ahead = 60_000
    expect(outcome(await stranger())).toBe('STREAM_UNFUNDED')
  })

  test('a signature that a smart account would have to vouch for is not looked at before the stream', async () => {
    await start({})
    const stream = network.makeStream(gateway.node)
    const signer = { address: stream.user, signMessage: async () => `0x${'ab'.repeat(70)}` as const }
    const before = network.rpc.calls.length
    expect(outcome(await gateway.join(stream, { signer }))).toBe('STREAM_UNFUNDED')
    expect(network.rpc.calls.slice(before)).not.toContain('eth_getCode')
  })
})

test('EIP-7702: a delegated account signs in by its key, whatever its code says, and its code may vouch too', async () => {
  await start({})
  const { testClient, publicClient } = network
  const user = await another()
  const wallet = createWalletClient({ account: user, chain: foundry, transport: http(publicClient.transport.url) })
  // Vouches for the hash in its first storage slot and reverts on any other.
  const code = '0x60043560005414600f5760006000fd5b631626ba7e60e01b60005260206000f3'
  const contractAddress = '0x00000000000000000000000000000000000077aa'
  await testClient.setCode({ address: contractAddress, bytecode: code })
  const authorization = await wallet.signAuthorization({ contractAddress, executor: 'self' })
  const hash = await wallet.sendTransaction({ to: contractAddress, authorizationList: [authorization], gas: 100_000n })
  await publicClient.waitForTransactionReceipt({ hash })
  expect(await publicClient.getCode({ address: user.address })).toBe(`0xef0100${contractAddress.slice(2)}`)

  const stream = await network.openStream(gateway.node, { by: user.address })
  const before = network.rpc.calls.length
  expect(outcome(await gateway.join(stream, { signer: user }))).toBe('ok')
  expect(network.rpc.calls.slice(before)).not.toContain('eth_getCode')

  const other = await network.openStream(gateway.node, { by: user.address })
  const signer = { address: user.address, signMessage: async () => `0x${'cd'.repeat(65)}` as const }
  const body = await gateway.signIn(other, 'join', { signer })
  expect(outcome(await gateway.post.join(body))).toBe('SIGNIN_BAD_SIGNATURE')
  const index = `0x${'00'.repeat(32)}` as const
  await testClient.setStorageAt({ address: user.address, index, value: hashMessage(body.message) })
  expect(outcome(await gateway.post.join(body))).toBe('ok')
})

// DNS inside the tunnel, by a real unbound: for whoever pays, charged, and never a way around paying.
import { readFile } from 'node:fs/promises'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kernelCount } from '../demo/kernel.ts'
import { waitUntilStill } from '../demo/session.ts'
import { NODE_NAME, REBINDING_NAMES, SERVER_NAME } from '../local/dns-server.ts'
import { addressesOf } from '../local/namespaces.ts'
import { waitFor } from '../wait.ts'
import { startTestNetwork, type TestNetwork } from './harness.ts'

const RESOLVERS = ['10.64.0.1', 'fd58:3450:4e00:0::1'] as const

let network: TestNetwork
let user: Awaited<ReturnType<TestNetwork['connect']>>

beforeAll(async () => {
  network = await startTestNetwork('dns', { named: true })
  user = await network.connect('user')
})
afterAll(() => network?.stop())

/** Without a resolver's address: as the system does after wg-quick. */
const resolve = (name: string, family: 4 | 6, server?: string) =>
  user.client.ask('resolve', name, family, ...(server === undefined ? [] : [server]))
const counted = () => kernelCount(network.base.slot.namespaces.node, network.base.slot.interfaces.node, user.stream)

test('the configuration that joining gives names both', () => {
  expect(user.config).toMatch(/^DNS = 10\.64\.0\.1, fd58:3450:4e00:(0:)?:1$/m)
})

test.each<string | undefined>([...RESOLVERS, undefined])('a name of the internet, asked at %s', async (resolver) => {
  const { server } = addressesOf(network.base.slot)
  expect(await resolve(SERVER_NAME, 4, resolver)).toEqual({ addresses: [server.address4] })
  expect(await resolve(SERVER_NAME, 6, resolver)).toEqual({ addresses: [server.address6] })
})

test.each(REBINDING_NAMES)('%s leads to a blocked range: no address comes back', async (name) => {
  for (const family of [4, 6] as const) expect((await resolve(name, family, RESOLVERS[0])).addresses).toEqual([])
})

test('pitfall 30b: questions and answers are counted', async () => {
  const before = await counted()
  const questions = 50
  for (let asked = 0; asked < questions; asked++) await resolve(SERVER_NAME, 4, RESOLVERS[asked % 2])
  // Headers of IP and UDP, a question, and an answer that repeats it.
  expect(Number((await counted()) - before)).toBeGreaterThan(questions * 2 * (28 + 12 + SERVER_NAME.length))
})

test('one client asks only so often', async () => {
  const answers = await user.client.ask('resolveMany', SERVER_NAME, RESOLVERS[0], 1_200)
  expect(answers).toBeGreaterThan(100)
  expect(answers).toBeLessThan(1_000)
})

test('unbound that dies is started again', async () => {
  const { stdout } = await execa('ip', ['netns', 'pids', network.base.slot.namespaces.node])
  const names = await Promise.all(
    stdout.split('\n').map(async (pid) => ({ pid, name: await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '') })),
  )
  const unbound = names.filter(({ name }) => name.trim() === 'unbound')
  expect(unbound).toHaveLength(1)
  process.kill(Number(unbound[0]?.pid), 'SIGKILL')
  const answered = async () => (await resolve(SERVER_NAME, 4, RESOLVERS[0])).addresses[0]
  expect(await waitFor('an answer again', answered, 20_000, 250)).toBe(addressesOf(network.base.slot).server.address4)
})

describe('pitfall 30b: who does not pay', () => {
  test('has no DNS, at either address, but of the name of the API, and still that; who pays again has it again', async () => {
    await user.client.ask('pausePaying')
    const download = user.client.ask('download', 2 ** 30, 60_000)
    await waitUntilStill(user.client, 60_000)
    for (const resolver of RESOLVERS) expect((await resolve(SERVER_NAME, 4, resolver)).addresses).toEqual([])
    expect(await user.client.ask('callApi', '/v1/nonce')).toEqual({ status: 200 })
    // The way to pay, where the client has forgotten it.
    const { address4 } = addressesOf(network.base.slot).node
    for (const resolver of RESOLVERS) expect(await resolve(NODE_NAME, 4, resolver)).toEqual({ addresses: [address4] })
    expect((await resolve(`x.${NODE_NAME}`, 4, RESOLVERS[0])).error).toMatch(/TIMEOUT/)
    await user.client.ask('cancelTransfers')
    await download
    await user.client.ask('payOnce')
    expect((await resolve(SERVER_NAME, 4, RESOLVERS[0])).addresses).toHaveLength(1)
  })
})

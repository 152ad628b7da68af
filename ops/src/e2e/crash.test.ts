// The gateway is killed in the middle of a transfer; once more with its interface and its table. The same tunnel goes
// on, nothing acknowledged is lost, and the usage is neither doubled nor reset.
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kernelCount } from '../demo/kernel.ts'
import { bytesBeyondCredit, interfaceBytes, waitUntilFlowing, waitUntilStill } from '../demo/session.ts'
import { sleep, waitFor } from '../wait.ts'
import { startTestNetwork, type TestNetwork, terms } from './harness.ts'

const MIB = 2 ** 20

let network: TestNetwork
let session: Awaited<ReturnType<TestNetwork['connect']>>
/** One that goes on by itself: how soon a stalled connection does is its sender's affair, who may wait for many seconds. */
let download: Promise<unknown>

beforeAll(async () => {
  network = await startTestNetwork('crash')
  session = await network.connect('user')
  download = session.client.ask('keepDownloading', 1_000).catch(() => undefined)
  await waitUntilFlowing(session.client, 10_000)
})
afterAll(async () => {
  await network?.stop()
  await download
})

const inNode = (command: string, ...args: string[]) =>
  execa('ip', ['netns', 'exec', network.base.slot.namespaces.node, command, ...args])

async function usage() {
  const { usage: latest, lastSigned } = await session.client.ask('payState')
  if (!latest) throw new Error('no usage was ever seen')
  return {
    used: Number(latest.usedBytes),
    claimed: BigInt(latest.claimed),
    at: latest.at,
    lastSigned: BigInt(lastSigned),
  }
}

/**
 * WireGuard's own patience: a client whose peer forgot the keys makes new ones when nothing has come back for 15 s.
 */
const NEW_KEYS_TIMEOUT = 40_000

/** The first count that a gateway started after `since` (Unix milliseconds) says. */
const usageAfter = (since: number, timeout = 10_000) =>
  waitFor(
    'usage from the new gateway',
    async () => {
      const now = await usage()
      return now.at > since ? now : undefined
    },
    timeout,
  )

const serverAnswers = () => session.client.ask('reaches', network.base.addresses.server.address4, 80, 2_000)

async function peers(): Promise<string> {
  const { stdout } = await inNode('wg', 'show', network.base.slot.interfaces.node, 'allowed-ips')
  return stdout
}

test('killed and started again: the same tunnel, counted exactly', async () => {
  await sleep(1_500)
  const peersBefore = await peers()
  // No new receipt may hide the loss of an old one.
  await session.client.ask('pausePaying')
  const before = await usageAfter(Date.now())
  await network.gateway.kill()
  const killedAt = Date.now()
  await network.gateway.start()
  const after = await usageAfter(killedAt)
  expect(await peers()).toBe(peersBefore)
  expect(after.claimed).toBe(before.claimed)
  expect(after.used).toBeGreaterThanOrEqual(before.used)
  await session.client.ask('payOnce')
  await waitUntilFlowing(session.client, 10_000)
  await waitFor('the end of the credit', async () => !(await serverAnswers()), 60_000)
  await waitUntilStill(session.client, 10_000)
  const { interfaces, namespaces } = network.base.slot
  const counted = Number(await kernelCount(namespaces.node, interfaces.node, session.stream))
  const own = await interfaceBytes(session.client)
  expect(Math.abs(counted - own) / own).toBeLessThan(0.01)
})

test('not paying at full speed: at most 1 MiB beyond credit, the API answers, one receipt brings traffic back', async () => {
  const { lastSigned } = await usage()
  // Neither later nor earlier.
  expect(Math.abs(await bytesBeyondCredit(network.base, session.stream, lastSigned, terms))).toBeLessThanOrEqual(MIB)
  expect(await session.client.ask('callApi', '/v1/nonce')).toEqual({ status: 200 })
  expect(await serverAnswers()).toBe(false)
  // What one receipt pays for is used up within a second at full speed: the question has it for itself.
  await session.client.ask('cancelTransfers')
  await download
  const started = Date.now()
  await session.client.ask('payOnce')
  expect(await serverAnswers()).toBe(true)
  expect(Date.now() - started).toBeLessThan(2_000)
  await session.client.ask('resumePaying')
  download = session.client.ask('keepDownloading', 1_000).catch(() => undefined)
})

test('killed and not started again: traffic ends by itself within seconds', async () => {
  await waitUntilFlowing(session.client, 20_000)
  const before = await usage()
  await network.gateway.kill()
  expect(await waitUntilStill(session.client, 20_000)).toBeLessThan(8_000)
  const { lastSigned } = await usage()
  expect(await bytesBeyondCredit(network.base, session.stream, lastSigned, terms)).toBeLessThanOrEqual(MIB)
  expect(lastSigned >= before.lastSigned).toBe(true)
  const startedAt = Date.now()
  await network.gateway.start()
  await waitUntilFlowing(session.client, 30_000)
  expect((await usageAfter(startedAt)).used).toBeGreaterThanOrEqual(before.used)
})

test('killed while hardly anything passes and much is paid: the kernel cuts it all the same', async () => {
  await session.client.ask('cancelTransfers')
  await download
  expect(await serverAnswers()).toBe(true)
  await network.gateway.kill()
  // Far from the end of its credit: only the missing sign of life can cut here.
  await waitFor('the cut', async () => !(await serverAnswers()), 12_000, 500)
  const { lastSigned } = await usage()
  expect(await bytesBeyondCredit(network.base, session.stream, lastSigned, terms)).toBeLessThan(-MIB)
  await network.gateway.start()
  await waitFor('service again', serverAnswers, 10_000, 200)
  download = session.client.ask('keepDownloading', 1_000).catch(() => undefined)
  await waitUntilFlowing(session.client, 10_000)
})

test('killed, with interface and table destroyed: the same tunnel, nothing acknowledged lost, no count doubled', async () => {
  await sleep(2_000)
  const peersBefore = await peers()
  await network.gateway.kill()
  const killedAt = Date.now()
  const acknowledged = await usage()
  const { interfaces, namespaces } = network.base.slot
  const counted = Number(await kernelCount(namespaces.node, interfaces.node, session.stream))
  const own = await interfaceBytes(session.client)
  await inNode('ip', 'link', 'delete', interfaces.node)
  await inNode('nft', 'delete', 'table', 'inet', interfaces.node)
  await network.gateway.start()
  const { used, claimed } = await usageAfter(killedAt, NEW_KEYS_TIMEOUT)
  expect(await peers()).toBe(peersBefore)
  expect(claimed >= acknowledged.claimed).toBe(true)
  // The journal is at most an allowance and what passes while it is written behind: a loss of the operator's, not a gain.
  const passedSince = (await interfaceBytes(session.client)) - own
  expect(used).toBeLessThanOrEqual(counted + passedSince + MIB)
  expect(used).toBeGreaterThan(counted - 64 * MIB)
  expect(used).toBeGreaterThan(64 * MIB)
  expect(await serverAnswers()).toBe(true)
  const more = await session.client.ask('download', 4 * MIB, 20_000)
  expect(more.complete).toBe(true)
})

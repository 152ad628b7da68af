// The real tunnel when a command fails, and when changes of one peer come at once. Interface and table are real; `wg` is
// the real one behind a script that fails when it is told to.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { generatePrivateKey } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLog as createGatewayLog } from '../../../gateway/src/log.ts'
import { openSessions, startGateway } from '../../../gateway/src/start.ts'
import { freePort } from '../../../gateway/src/testing/free-port.ts'
import { peerAt } from '../../../gateway/src/testing/peer.ts'
import { addPeers, objectName } from '../../../gateway/src/tunnel/ruleset.ts'
import type { Peer } from '../../../gateway/src/tunnel/tunnel.ts'
import { WireguardTunnel } from '../../../gateway/src/tunnel/wireguard.ts'
import { type BenchNode, prepareNode } from '../bench/gateway/node.ts'
import { Cleanup } from '../local/cleanup.ts'
import { createLog } from '../local/log.ts'
import { prepareHosts } from '../local/network.ts'
import { networkObstacle } from '../local/tunnel-ability.ts'
import { logFile } from '../paths.ts'
import { waitFor } from '../wait.ts'

const GIB = 2n ** 30n
const log = createGatewayLog('silent')
const folder = mkdtempSync(join(tmpdir(), 'x4pn-tunnel-faults-'))
/** While it is there, `wg syncconf` fails. */
const syncFails = join(folder, 'sync-fails')
const path = process.env.PATH
const networkLog = createLog(logFile('e2e-tunnel-faults'))
const cleanup = new Cleanup(networkLog)
let namespace: string
let node: BenchNode
let tunnel: WireguardTunnel

beforeAll(async () => {
  const { slot } = await prepareHosts(await networkObstacle(), networkLog, cleanup)
  namespace = slot.namespaces.node
  const { stdout: ip } = await execa('which', ['ip'])
  for (const program of ['ip', 'nft', 'wg', 'wireguard-go']) {
    const { stdout: real } = await execa('which', [program])
    const fails = program === 'wg' ? `[ "$1" = syncconf ] && [ -e ${syncFails} ] && exit 1\n` : ''
    const script = join(folder, program)
    writeFileSync(script, `#!/bin/sh\n${fails}exec ${ip} netns exec ${namespace} ${real} "$@"\n`)
    chmodSync(script, 0o755)
  }
  process.env.PATH = `${folder}:${path}`
  node = await prepareNode({
    X4PN_INTERFACE: slot.interfaces.node,
    // What a gateway holds alone is held in this process's namespace, where other copies of these tests are.
    X4PN_POOL4: `10.${100 + slot.number}.0.0/16`,
    X4PN_POOL6: `fd58:3450:4e${slot.number}::/64`,
    X4PN_API_LISTEN: `127.0.0.1:${await freePort()}`,
  })
})
afterAll(async () => {
  process.env.PATH = path
  await cleanup.run()
  // A worker of vitest ends without a word to whoever waits for that.
  node?.remove()
  rmSync(folder, { recursive: true })
})

const newTunnel = () => {
  const { config, keys } = node
  return new WireguardTunnel(config, { privateKey: keys.wireguard.privateKey, dns: false }, log)
}
beforeEach(() => {
  tunnel = newTunnel()
})
afterEach(async () => {
  rmSync(syncFails, { force: true })
  await tunnel.stop()
})

/** Bytes that the kernel lets pass; undefined without a quota. */
async function creditInKernel({ stream }: Peer): Promise<bigint | undefined> {
  const table = node.config.wireguard.interface
  const { stdout, failed } = await execa('nft', ['-j', 'list', 'quota', 'inet', table, objectName(stream)], {
    reject: false,
  })
  if (failed) return undefined
  const { nftables } = JSON.parse(stdout) as { nftables: { quota?: { bytes: number; used: number } }[] }
  const quota = nftables.find((object) => object.quota)?.quota
  return quota && BigInt(quota.bytes - quota.used)
}

/** Ids of the processes. */
async function runningNft(): Promise<number[]> {
  const { stdout } = await execa('ip', ['netns', 'pids', namespace])
  const pids = stdout.split('\n').filter((pid) => pid !== '')
  return pids.map(Number).filter((pid) => nameOf(pid) === 'nft')
}

function nameOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}

const nftHasEnded = () => waitFor('the end of nft', async () => (await runningNft()).length === 0, 5_000)

async function keysInKernel(): Promise<string[]> {
  const { stdout } = await execa('wg', ['show', node.config.wireguard.interface, 'peers'])
  return stdout.split('\n').flatMap((key) => (key === '' ? [] : `0x${Buffer.from(key, 'base64').toString('hex')}`))
}

/** The one that stays. */
async function theNft(): Promise<number> {
  const [pid, ...others] = await runningNft()
  if (pid === undefined || others.length > 0) throw new Error(`one nft stays, not ${[pid, ...others]}`)
  return pid
}

test('a mending that fails at the peers has the new quotas in its book: the next credit gives nothing away', async () => {
  const peer = peerAt(1, { entitledBytes: 50n * GIB })
  await tunnel.ensure([peer])
  const mended = { ...peer, usedBytes: 49n * GIB }
  writeFileSync(syncFails, '')
  await expect(tunnel.ensure([mended])).rejects.toThrow('syncconf')
  expect(await creditInKernel(peer)).toBe(GIB)
  await tunnel.setCredit([{ ...mended, entitledBytes: 51n * GIB }])
  expect(await creditInKernel(peer)).toBe(2n * GIB)
})

test('one nft stays for readings and changes; when it is killed the next reading goes without, and another goes on', async () => {
  const peer = peerAt(1, { usedBytes: 5n, entitledBytes: GIB })
  await tunnel.ensure([peer])
  await tunnel.readUsage()
  await tunnel.keepAlive()
  const stays = await theNft()
  await tunnel.setCredit([{ ...peer, entitledBytes: 2n * GIB }])
  await tunnel.add(peerAt(2))
  expect(await runningNft()).toEqual([stays])
  process.kill(stays, 'SIGKILL')
  await tunnel.readUsage()
  // Made anew by another program meanwhile: what the one that stays remembers does not count.
  await tunnel.ensure([{ ...peer, usedBytes: 7n }])
  await tunnel.readUsage()
  const another = await theNft()
  expect(another).not.toBe(stays)
  await tunnel.setCredit([{ ...peer, entitledBytes: 3n * GIB }])
  expect(await creditInKernel(peer)).toBe(3n * GIB - 7n)
  // What may be done twice is done, whatever became of it.
  process.kill(another, 'SIGKILL')
  await tunnel.keepAlive()
  await tunnel.stop()
  await nftHasEnded()
})

test('a peer of which nobody knows whether it was added is in neither, and its addresses are free', async () => {
  const peer = peerAt(1, { entitledBytes: GIB })
  await tunnel.ensure([])
  await tunnel.readUsage()
  await tunnel.keepAlive()
  const stays = await theNft()
  // As if nft had done it, and stood still before it said so.
  await execa('nft', ['-f', '-'], { input: addPeers(node.config.wireguard.interface, [peer]) })
  process.kill(stays, 'SIGSTOP')
  await expect(tunnel.add(peer)).rejects.toThrow('nft has not answered')
  expect(await creditInKernel(peer)).toBeUndefined()
  expect(await keysInKernel()).toEqual([])
  await tunnel.add({ ...peerAt(2), address4: peer.address4, address6: peer.address6 })
  expect(await keysInKernel()).toHaveLength(1)
})

test('of a table with thousands of sessions each reading is a program of its own: nft would keep it in memory', async () => {
  await tunnel.ensure([peerAt(1)])
  await tunnel.readUsage()
  await tunnel.keepAlive()
  expect(await runningNft()).toHaveLength(1)
  await tunnel.ensure(Array.from({ length: 2_000 }, (_, index) => peerAt(index + 1)))
  await tunnel.readUsage()
  await tunnel.readUsage()
  await nftHasEnded()
  await tunnel.keepAlive()
  expect(await runningNft()).toEqual([])
})

test('a cut of a peer that is being added waits for it', async () => {
  const peer = peerAt(1, { entitledBytes: GIB })
  await tunnel.ensure([])
  await Promise.all([tunnel.add(peer), tunnel.setCredit([{ ...peer, entitledBytes: 0n }])])
  expect(await creditInKernel(peer)).toBe(0n)
})

test('a removal of a peer that is being added waits for it', async () => {
  const peer = peerAt(1, { entitledBytes: GIB })
  await tunnel.ensure([])
  await Promise.all([tunnel.add(peer), tunnel.remove(peer)])
  expect(await creditInKernel(peer)).toBeUndefined()
  expect(await keysInKernel()).toEqual([])
})

test('another key for a peer that is being added waits for it', async () => {
  const peer = peerAt(1, { entitledBytes: GIB })
  const { wireguardKey } = peerAt(2)
  await tunnel.ensure([])
  await Promise.all([tunnel.add(peer), tunnel.rotateKey({ ...peer, wireguardKey }, peer.wireguardKey)])
  expect(await keysInKernel()).toEqual([wireguardKey])
})

test.each([
  ['cannot be written', 'nowhere/journal.jsonl', 'ENOENT'],
  ['cannot be read', '.', 'EISDIR'],
])('a start whose journal %s leaves neither interface nor table behind', async (_, journal, error) => {
  const { config, keys } = node
  const failing = { ...config, journal: join(folder, journal) }
  await expect(openSessions(failing, keys, Date.now, log, tunnel)).rejects.toThrow(error)
  const name = config.wireguard.interface
  expect((await execa('ip', ['-br', 'link'])).stdout).not.toContain(name)
  expect((await execa('nft', ['list', 'tables'])).stdout).toBe('')
  expect(existsSync(`/var/run/wireguard/${name}.sock`)).toBe(false)
})

test('what an earlier run counted outlives a start that fails at the journal', async () => {
  const peer = peerAt(1, { usedBytes: 5n * GIB, entitledBytes: 6n * GIB })
  await tunnel.ensure([peer])
  const { config, keys } = node
  await expect(openSessions({ ...config, journal: folder }, keys, Date.now, log, newTunnel())).rejects.toThrow('EISDIR')
  tunnel = newTunnel()
  expect(await tunnel.surviving()).toEqual(new Map([[peer.stream, peer.usedBytes]]))
})

test('a second gateway leaves the first one as it is; after a start that fails, and after a stop, there is none', async () => {
  const { config } = node
  const name = config.wireguard.interface
  const second = async () => ({
    ...config,
    nodeKey: generatePrivateKey(),
    journal: join(folder, 'second.jsonl'),
    listen: { ...config.listen, port: await freePort() },
  })
  const failing = { ...config, journal: folder }
  for (const _ of ['once', 'again']) await expect(startGateway(failing, { log })).rejects.toThrow('EISDIR')

  const first = await startGateway(config, { log })
  const asItIs = () => execa('wg', ['show', name, 'dump'])
  const { stdout: before } = await asItIs()
  await expect(startGateway(await second(), { log })).rejects.toThrow(`runs with X4PN_INTERFACE=${name}.`)
  const other = { ...(await second()), wireguard: { ...config.wireguard, interface: `${name}b` } }
  await expect(startGateway(other, { log })).rejects.toThrow(`runs with X4PN_POOL4=${config.pool4}.`)
  expect((await asItIs()).stdout).toBe(before)
  // Empty where it was taken for what an earlier run left.
  const { stdout: alive } = await execa('nft', ['-j', 'list', 'map', 'inet', name, 'alive_to'])
  expect(alive).toContain('"elem"')
  expect(existsSync(join(folder, 'second.jsonl'))).toBe(false)
  await first.stop()

  const next = await startGateway(await second(), { log })
  await next.stop()
})

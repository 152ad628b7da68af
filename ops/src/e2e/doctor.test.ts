// `x4pn-gateway doctor` on a node's own host: a set-up that is sound, and many that are broken in one way each. Of each it
// names what is wrong and the line that mends it, and nothing else is called broken.
import { mkdir, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { x4pnNodeRegistryAbi } from '@x4pn/contracts'
import { execa } from 'execa'
import { createTestClient, getAddress, http } from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientsFor } from '../local/chain.ts'
import { GATEWAY_MAIN } from '../local/gateway.ts'
import { startProcess } from '../local/process.ts'
import { startTestNetwork, type TestNetwork } from './harness.ts'

type Report = { name: string; level: 'ok' | 'warning' | 'broken'; found: string; mend?: string }

let network: TestNetwork
let host: string

beforeAll(async () => {
  network = await startTestNetwork('doctor')
  host = network.base.slot.namespaces.node
})
afterAll(() => network?.stop())

/** @param wrapper What runs node: with fewer rights, or in another view of the machine. */
async function look(change: Record<string, string> = {}, wrapper: string[] = []) {
  const { env } = network.gateway
  const args = ['netns', 'exec', host, ...wrapper, process.execPath, GATEWAY_MAIN, 'doctor', '--json']
  const run = await execa('ip', args, { env: { ...env, ...change }, reject: false })
  const { healthy, checks } = JSON.parse(run.stdout) as { healthy: boolean; checks: Report[] }
  expect(run.exitCode).toBe(healthy ? 0 : 1)
  return checks
}

const brokenOnes = (checks: Report[]) =>
  checks.filter(({ level }) => level === 'broken').map(({ name, found, mend }) => ({ name, found, mend }))

/** In a mount namespace of its own, after `script`. */
const after = (script: string) => ['unshare', '--mount', 'sh', '-c', `${script} && exec "$0" "$@"`]

test('a node that runs: nothing is broken, and its own ports are its own', async () => {
  const checks = await look()
  expect(brokenOnes(checks)).toEqual([])
  expect(checks.find(({ name }) => name === 'API port')?.found).toContain('in use by this gateway')
})

describe('with the gateway stopped', () => {
  beforeAll(() => network.gateway.stop())

  test('a sound set-up, as a person reads it', async () => {
    const args = ['netns', 'exec', host, process.execPath, GATEWAY_MAIN, 'doctor']
    const { stdout, exitCode } = await execa('ip', args, { env: network.gateway.env })
    expect(stdout).toMatch(/^✓ programs +ip, nft, wg$/m)
    expect(stdout).toMatch(/This node can serve\.$/)
    expect(exitCode).toBe(0)
  })

  test('a program is missing', async () => {
    const bin = join(network.base.folder, 'bin')
    await mkdir(bin)
    for (const program of ['ip', 'wg', 'wireguard-go']) {
      const { stdout } = await execa('which', [program])
      await symlink(stdout, join(bin, program))
    }
    expect(brokenOnes(await look({}, ['env', `PATH=${bin}`]))).toEqual([
      { name: 'programs', found: 'missing: nftables', mend: expect.stringContaining('apt-get install') },
    ])
  })

  test('no NET_ADMIN', async () => {
    const [first] = brokenOnes(await look({}, ['setpriv', '--bounding-set=-net_admin']))
    expect(first).toMatchObject({ name: 'rights', mend: expect.stringContaining('--cap-add NET_ADMIN') })
  })

  test('no /dev/net/tun', async () => {
    expect(brokenOnes(await look({}, after('mount -t tmpfs none /dev/net')))).toEqual([
      {
        name: 'tunnel',
        found: expect.stringContaining('no /dev/net/tun'),
        mend: expect.stringContaining('--device /dev/net/tun'),
      },
    ])
  })

  test('forwarding is off and cannot be switched on', async () => {
    const readOnly = 'mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys'
    const off = 'echo 0 > /proc/sys/net/ipv4/ip_forward'
    expect(brokenOnes(await look({}, after(`${off} && ${readOnly}`)))).toEqual([
      {
        name: 'forwarding',
        found: expect.stringContaining('net.ipv4.ip_forward is 0'),
        mend: expect.stringContaining('sysctl -w net.ipv4.ip_forward=1'),
      },
    ])
  })

  test('the journal has no place', async () => {
    expect(brokenOnes(await look({ X4PN_JOURNAL: '/dev/null/journal.jsonl' }))).toEqual([
      { name: 'disk', found: expect.stringContaining('/dev/null'), mend: expect.stringContaining('chown') },
    ])
  })

  test('a clock that is an hour off', async () => {
    const late = createServer(async (request, response) => {
      const body = await text(request)
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(network.chain.rpcUrl, { method: 'POST', headers, body })
      response.sendDate = false
      response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString())
      response.end(await answer.text())
    })
    const { address4 } = network.base.addresses.host
    await new Promise<void>((listening) => late.listen(0, address4, listening))
    const { port } = late.address() as { port: number }
    const found = brokenOnes(await look({ X4PN_RPC_URLS: `http://${address4}:${port}` }))
    late.closeAllConnections()
    late.close()
    expect(found).toEqual([
      { name: 'clock', found: expect.stringMatching(/36\d\d s ahead/), mend: 'timedatectl set-ntp true' },
    ])
  })

  test('an endpoint that is silent, whose key is not shown', async () => {
    const { address4 } = network.base.addresses.host
    const found = brokenOnes(await look({ X4PN_RPC_URLS: `http://${address4}:9/v3/secret` }))
    expect(found).toMatchObject([{ name: 'RPC', mend: expect.stringContaining('X4PN_RPC_URLS') }])
    expect(JSON.stringify(found)).not.toContain('secret')
  })

  test('another chain', async () => {
    expect(brokenOnes(await look({ X4PN_CHAIN_ID: '1' }))).toMatchObject([
      { name: 'RPC', found: expect.stringContaining('serves chain 31337, not 1') },
    ])
  })

  test('addresses that were taken one for the other', async () => {
    const { X4PN_SESSIONS = '' } = network.gateway.env
    const [first] = brokenOnes(await look({ X4PN_SESSIONS: network.deployment.registry, X4PN_REGISTRY: X4PN_SESSIONS }))
    expect(first).toMatchObject({ name: 'contracts', mend: expect.stringContaining('X4PN_SESSIONS') })
  })

  test('no contract at all', async () => {
    const nowhere = '0x00000000000000000000000000000000000000aa'
    const [first] = brokenOnes(await look({ X4PN_SESSIONS: nowhere }))
    expect(first).toMatchObject({ name: 'contracts', found: expect.stringContaining('no contract') })
  })

  test('decimals of another token', async () => {
    expect(brokenOnes(await look({ X4PN_TOKEN_DECIMALS: '18' }))).toEqual([
      { name: 'contracts', found: expect.stringContaining('6 decimals'), mend: 'X4PN_TOKEN_DECIMALS=6' },
    ])
  })

  test('a port that somebody else has', async () => {
    const { X4PN_API_LISTEN = '' } = network.gateway.env
    const port = X4PN_API_LISTEN.split(':').pop()
    const script = `require('net').createServer((s) => s.end()).listen(${port}, () => console.log('up'))`
    const options = { name: 'other', command: 'node', args: ['-e', script], namespace: host, log: () => {} }
    const other = startProcess(options)
    await new Promise<void>((up) => other.child.stdout?.once('data', () => up()))
    const found = brokenOnes(await look())
    await other.stop()
    expect(found).toEqual([
      { name: 'API port', found: expect.stringContaining('EADDRINUSE'), mend: expect.stringContaining('ss -ltnp') },
    ])
  })

  test('a node that nobody registered', async () => {
    const found = brokenOnes(await look({ X4PN_NODE_KEY: generatePrivateKey() }))
    expect(found[0]).toMatchObject({ name: 'registration', mend: 'x4pn-gateway register' })
  })

  test('another API URL than the registered one', async () => {
    const { address4 } = network.base.addresses.node
    expect(brokenOnes(await look({ X4PN_API_URL: `http://${address4}:8999` }))).toMatchObject([
      { name: 'registration', found: expect.stringContaining('it is registered at') },
    ])
  })

  test('no coins for gas', async () => {
    const client = createTestClient({ mode: 'anvil', transport: http(network.chain.rpcUrl) })
    await client.setBalance({ address: network.gateway.node, value: 0n })
    const found = brokenOnes(await look())
    await client.setBalance({ address: network.gateway.node, value: 10n ** 18n })
    expect(found).toEqual([
      { name: 'coins for gas', found: expect.stringContaining('has 0'), mend: expect.stringContaining('send') },
    ])
  })

  // Last: it moves the chain's time on.
  test('a bond below the minimum', async () => {
    const { walletClient, publicClient } = clientsFor(network.chain.rpcUrl, 'deployer')
    const client = createTestClient({ mode: 'anvil', transport: http(network.chain.rpcUrl) })
    const base = { address: network.deployment.registry, abi: x4pnNodeRegistryAbi } as const
    const hash = await walletClient.writeContract({ ...base, functionName: 'setMinimumBond', args: [10n ** 18n] })
    await publicClient.waitForTransactionReceipt({ hash })
    const delay = await publicClient.readContract({ ...base, functionName: 'BOND_PARAMETER_DELAY' })
    await client.increaseTime({ seconds: Number(delay) + 1 })
    await client.mine({ blocks: 1 })
    expect(brokenOnes(await look())).toEqual([
      {
        name: 'bond',
        found: expect.stringContaining('the minimum is 1'),
        // The contract takes it from nobody else.
        mend: `addBond(${network.gateway.node}, ${10n ** 18n}) on ${getAddress(base.address)}, by the operator`,
      },
    ])
  })
})

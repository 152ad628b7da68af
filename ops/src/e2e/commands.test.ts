// What the gateway makes its programs do: no secret on a command line, and each peer exactly its own two addresses.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { generatePrivateKey } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GATEWAY_MAIN } from '../local/gateway.ts'
import { startTestNetwork, type TestNetwork } from './harness.ts'

/** Whatever it could start; each is the real one, behind a script that writes down how it was called. */
const PROGRAMS = ['wg', 'ip', 'nft', 'wireguard-go', 'unbound', 'setpriv', 'sh', 'bash']

const folder = mkdtempSync(join(tmpdir(), 'x4pn-commands-'))
const calls = join(folder, 'calls')
let network: TestNetwork
let users: Awaited<ReturnType<TestNetwork['connect']>>[]

beforeAll(async () => {
  for (const program of PROGRAMS) {
    const { stdout: real } = await execa('which', [program])
    const path = join(folder, program)
    writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "${program} $*" >>${calls}\nexec ${real} "$@"\n`)
    chmodSync(path, 0o755)
  }
  network = await startTestNetwork('commands', { env: { PATH: `${folder}:${process.env.PATH}` } })
  users = [await network.connect('user'), await network.connect('stranger')]
})
afterAll(async () => {
  await network?.stop()
  rmSync(folder, { recursive: true })
})

const wgShow = async (what: string) => (await execa('wg', ['show', network.base.slot.interfaces.node, what])).stdout

test('pitfall 32: no key reaches a command line, and no shell is started', async () => {
  const made = readFileSync(calls, 'utf8')
  expect(made).toMatch(/^wg set \S+ listen-port/m)
  expect(made).toMatch(/^wg set \S+ peer/m)
  expect(made).not.toMatch(/^(ba)?sh /m)
  const privateKey = await wgShow('private-key')
  expect(privateKey).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  for (const secret of [
    privateKey,
    Buffer.from(privateKey, 'base64').toString('hex'),
    network.gateway.nodeKey.slice(2),
  ])
    expect(made.includes(secret)).toBe(false)
})

test('a second gateway with the same interface or pools is refused, and the first goes on', async () => {
  const { base, gateway } = network
  const interfaceName = base.slot.interfaces.node
  const key = await wgShow('public-key')
  for (const [change, taken] of [
    [{}, `X4PN_INTERFACE=${interfaceName}`],
    [{ X4PN_INTERFACE: `${interfaceName}b` }, 'X4PN_POOL4=10.64.0.0/10'],
  ] as const) {
    const env = { ...gateway.env, ...change, X4PN_NODE_KEY: generatePrivateKey() }
    const own = { X4PN_API_LISTEN: '127.0.0.1:9', X4PN_WIREGUARD_PORT: '9', X4PN_OPERATOR_LISTEN: 'off' }
    const journal = { X4PN_JOURNAL: join(folder, 'second.jsonl') }
    const inNamespace = ['netns', 'exec', base.slot.namespaces.node, 'node', GATEWAY_MAIN, 'run']
    const second = await execa('ip', inNamespace, { env: { ...env, ...own, ...journal }, reject: false })
    expect(second.exitCode).toBe(1)
    expect(second.stderr).toContain(`Another gateway on this machine runs with ${taken}.`)
  }
  expect(await wgShow('public-key')).toBe(key)
  for (const { client } of users) expect(await client.ask('callApi', '/v1/nonce')).toEqual({ status: 200 })
})

test('pitfall 28: each peer has exactly its two addresses, so that none takes the route of another', async () => {
  const ranges = (await wgShow('allowed-ips')).split('\n').map((line) => line.split('\t')[1]?.split(' ').sort())
  const canonical = (address: string) => new URL(`http://[${address}]`).hostname.slice(1, -1)
  const expected = users.map(({ address4, address6 }) => [`${address4}/32`, `${canonical(address6)}/128`].sort())
  expect(ranges.sort()).toEqual(expected.sort())
})

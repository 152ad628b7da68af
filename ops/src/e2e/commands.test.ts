// What the gateway makes its programs do: no secret on a command line, and each peer exactly its own two addresses.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

test('pitfall 28: each peer has exactly its two addresses, so that none takes the route of another', async () => {
  const ranges = (await wgShow('allowed-ips')).split('\n').map((line) => line.split('\t')[1]?.split(' ').sort())
  const canonical = (address: string) => new URL(`http://[${address}]`).hostname.slice(1, -1)
  const expected = users.map(({ address4, address6 }) => [`${address4}/32`, `${canonical(address6)}/128`].sort())
  expect(ranges.sort()).toEqual(expected.sort())
})

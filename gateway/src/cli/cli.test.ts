// The command as an operator runs it: a process of its own, against a real chain.
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Address, createWalletClient, getAddress, type Hex, http, stringToHex } from 'viem'
import { generatePrivateKey, mnemonicToAccount, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Environment } from '../environment.ts'
import { network, useNetwork } from '../testing/use-gateway.ts'
import { help } from './commands.ts'

const MAIN = join(import.meta.dirname, '../main.ts')
const PASSWORD = 'a long enough password'

let folder: string
let nodeFile: string
let node: Address
/** Another node's, encrypted: to open it takes half a second of work each time. */
let keystore: { X4PN_NODE_KEY_FILE: string; X4PN_NODE_KEY_PASSWORD_FILE: string }
let keystoreNode: Address
const operator = privateKeyToAccount(generatePrivateKey())

const environment = (change: Record<string, string> = {}): Record<string, string> => {
  const { chainId, sessions, registry } = network.deployment
  return {
    X4PN_NODE_KEY_FILE: nodeFile,
    X4PN_CHAIN_ID: String(chainId),
    X4PN_RPC_URLS: network.rpc.url,
    X4PN_SESSIONS: sessions,
    X4PN_REGISTRY: registry,
    X4PN_API_URL: 'http://192.0.2.1:8443',
    X4PN_WIREGUARD_ENDPOINT: '192.0.2.1:51820',
    X4PN_WIREGUARD_PORT: '51820',
    X4PN_JOURNAL: join(folder, 'journal.jsonl'),
    X4PN_HEAD_AGE: '0',
    ...change,
  }
}
const run = (args: string[], env: Record<string, string> = {}) =>
  execa('node', [MAIN, ...args], {
    env: { ...env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    extendEnv: false,
    reject: false,
    preferLocal: true,
    localDir: process.cwd(),
  })
const json = async (args: string[], env?: Record<string, string>) => {
  const { stdout, stderr } = await run([...args, '--json'], env ?? environment())
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}
/** What two gateways on one machine must not share. */
const OWN = [
  'X4PN_JOURNAL',
  'X4PN_CERTIFICATE',
  'X4PN_INTERFACE',
  'X4PN_POOL4',
  'X4PN_POOL6',
  'X4PN_API_URL',
  'X4PN_API_LISTEN',
  'X4PN_WIREGUARD_ENDPOINT',
  'X4PN_WIREGUARD_PORT',
  'X4PN_OPERATOR_LISTEN',
  'X4PN_NOTICE_LISTEN',
]
const terms = ['--price-per-gib', '50000', '--price-per-hour', '10000', '--country', 'DE']

useNetwork()
beforeAll(async () => {
  await network.fund(operator.address)
  folder = await mkdtemp(join(tmpdir(), 'x4pn-cli-'))
  nodeFile = join(folder, 'node')
  node = (await json(['init', '--key-file', nodeFile], {})).node
  keystore = { X4PN_NODE_KEY_FILE: join(folder, 'node.json'), X4PN_NODE_KEY_PASSWORD_FILE: join(folder, 'password') }
  const { X4PN_NODE_KEY_FILE: file, X4PN_NODE_KEY_PASSWORD_FILE: passwordFile } = keystore
  await writeFile(passwordFile, `${PASSWORD}\n`)
  const made = await json(['init', '--key-file', file, '--password-file', passwordFile], {})
  expect(made.environment).toEqual(keystore)
  keystoreNode = made.node
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

describe('init', () => {
  test('the keystore is encrypted, for its owner alone, and never written over', async () => {
    const { X4PN_NODE_KEY_FILE: file } = keystore
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const content = JSON.parse(await readFile(file, 'utf8'))
    expect(content.version).toBe(3)
    const again = await run(['init', '--key-file', file])
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('is not overwritten')])
  })

  test('the keystore is opened with its password', async () => {
    expect(await json(['status'], environment(keystore))).toMatchObject({ node: keystoreNode, registered: false })
  })

  test('without a password: as it is, and the key is not printed', async () => {
    const file = join(folder, 'plain')
    const { stdout } = await run(['init', '--key-file', file])
    const key = (await readFile(file, 'utf8')).trim()
    expect(stdout).toContain(`X4PN_NODE_KEY_FILE=${file}`)
    expect(stdout).toContain(privateKeyToAccount(key as Hex).address)
    expect(stdout).not.toContain(key.slice(2))
  })
})

describe('from nothing to being paid', () => {
  test('status before: not registered, no coins', async () => {
    expect(await json(['status'])).toMatchObject({ node, registered: false, coins: '0', sessions: 0, unsettled: '0' })
  })

  test('register prepares a transaction that a cold wallet or a Safe sends', async () => {
    const { transaction } = await json(['register', '--operator', operator.address, ...terms])
    const wallet = createWalletClient({
      account: operator,
      chain: foundry,
      transport: http(network.publicClient.transport.url),
    })
    await network.mined(await wallet.sendTransaction({ to: transaction.to, data: transaction.data }))
    expect(await json(['status'])).toMatchObject({
      registered: true,
      operator: operator.address,
      payout: operator.address,
      pricePerGiB: '50000',
      country: 'DE',
    })
  })

  test.each([
    ['price-per-gib', terms.slice(2)],
    ['price-per-hour', terms.filter((_, index) => index < 2 || index > 3)],
    ['country', terms.slice(0, 4)],
  ])('a first registration needs --%s', async (name, given) => {
    const { exitCode, stderr } = await run(
      ['register', '--operator', operator.address, ...given],
      environment(keystore),
    )
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`--${name} is needed`)])
  })

  test("register refuses to change another operator's node", async () => {
    const keyFile = join(folder, 'operator')
    const key = generatePrivateKey()
    await writeFile(keyFile, key)
    const foreign = await run(['register', '--operator-key-file', keyFile, '--send', ...terms], environment())
    expect([foreign.exitCode, foreign.stderr]).toEqual([2, expect.stringContaining('cannot change it')])
  })

  test('withdraw: nothing at first', async () => {
    expect(await json(['withdraw'])).toMatchObject({ amount: '0' })
  })
})

describe('with the operator key', () => {
  const user = mnemonicToAccount('test test test test test test test test test test test junk')
  const payout = getAddress('0x00000000000000000000000000000000000000aa')
  let keyFile: string
  let made: { node: Address }
  let env: Record<string, string>

  const paramsOf = async (of: Address) => {
    const nodeOf = { functionName: 'nodeOf', args: [of] } as const
    return (await network.publicClient.readContract({ ...network.contracts.registry, ...nodeOf })).params
  }
  const register = (...options: string[]) => ['register', '--operator-key-file', keyFile, '--send', ...options]

  beforeAll(async () => {
    keyFile = join(folder, 'hot-operator')
    const nodeKeyFile = join(folder, 'hot-node')
    const { privateKey } = user.getHdKey()
    await writeFile(keyFile, `0x${Buffer.from(privateKey ?? []).toString('hex')}`)
    await chmod(keyFile, 0o600)
    made = await json(['init', '--key-file', nodeKeyFile], {})
    env = environment({ X4PN_NODE_KEY_FILE: nodeKeyFile })
    const sent = await json(register(...terms), env)
    expect(sent).toMatchObject({ node: made.node, what: 'register' })
  })

  test('what is not given stays as it is registered, and where the money goes is said first', async () => {
    const elsewhere = ['--payout', payout, '--metadata-cid', 'bafytest']
    const again = await json(register(...terms, ...elsewhere), env)
    expect(again).toMatchObject({ node: made.node, what: 'update' })
    const { stderr } = await run(register('--price-per-hour', '7'), env)
    expect(stderr.split('\n')).toEqual([`earnings go to ${payout}`, '50000 a GiB, 7 an hour (token base units), DE'])
    expect(await paramsOf(made.node)).toMatchObject({
      payout,
      metadataCid: 'bafytest',
      pricePerGiB: 50_000n,
      pricePerHour: 7n,
      country: stringToHex('DE'),
    })
  })

  test('an endpoint that is behind puts no old payout address back', async () => {
    const behind = await network.addRpc()
    const others = [await network.addRpc(), await network.addRpc()]
    behind.frozenAt = await network.publicClient.getBlockNumber()
    const elsewhere = getAddress('0x00000000000000000000000000000000000000bb')
    await json(register('--payout', elsewhere), env)
    const compared = { ...env, X4PN_RPC_URLS: [behind, ...others].map(({ url }) => url).join() }
    await json(register('--price-per-hour', '8'), compared)
    expect(await paramsOf(made.node)).toMatchObject({ payout: elsewhere, pricePerHour: 8n })
  })

  test('rotate-key: the new key is put in place, and the old one known for it', async () => {
    const prepared = await run(['rotate-key', '--key-file', join(folder, 'unsent')], env)
    const advice = prepared.stdout.slice(prepared.stdout.indexOf('# leave this gateway running'))
    for (const name of OWN) expect(advice).toMatch(new RegExp(`\\b${name}\\b`))
    for (const name of advice.match(/X4PN_\w+/g) ?? []) expect(Environment.properties).toHaveProperty(name)
    expect(advice).toContain(`X4PN_NODE_KEY_FILE=${join(folder, 'unsent')}\n`)
    expect(advice).toContain('registered at http://192.0.2.1:8443, where the old key answers')
    expect(advice).toContain(`x4pn-gateway register --operator ${user.address}`)

    const params = await paramsOf(made.node)
    const next = join(folder, 'next')
    const rotated = await json(['rotate-key', '--key-file', next, '--operator-key-file', keyFile, '--send'], env)
    expect(rotated.sent).toHaveLength(2)
    expect(await json(['status'], env)).toMatchObject({ successor: rotated.successor })
    const successor = await json(['status'], { ...env, X4PN_NODE_KEY_FILE: next })
    expect(successor).toMatchObject({ node: rotated.successor, registered: true, pricePerGiB: '50000' })
    // As that advice says: the successor's own URL, and nothing else, is new.
    const own = { ...env, X4PN_NODE_KEY_FILE: next, X4PN_API_URL: 'http://192.0.2.1:8444' }
    await json(register(), own)
    const { commitment } = await json(['identity', user.address], own)
    expect(await paramsOf(rotated.successor)).toEqual({ ...params, apiUrl: 'http://192.0.2.1:8444', commitment })
    const twice = await run(['rotate-key', '--key-file', join(folder, 'third')], env)
    expect([twice.exitCode, twice.stderr]).toEqual([2, expect.stringContaining('was succeeded by')])
  })
})

describe('the configuration', () => {
  test('from a file of lines, and from JSON; the environment comes first', async () => {
    const values = environment({ X4PN_API_URL: 'http://192.0.2.9:1' })
    const lines = join(folder, 'x.env')
    const text = Object.entries(values).map(([name, value]) => `${name}="${value}"`)
    await writeFile(lines, `# mine\n\n${text.join('\n')}\n`)
    const asJson = join(folder, 'x.json')
    await writeFile(asJson, JSON.stringify(values))
    for (const file of [lines, asJson]) {
      expect(await json(['identity', operator.address], { X4PN_CONFIG: file })).toMatchObject({ node })
    }
    const other = await run(['identity', operator.address], { X4PN_CONFIG: lines, X4PN_MTU: '5' })
    expect(other.stderr).toContain('X4PN_MTU must be >= 1280')
  })

  test.each([
    ['X4PN_MAX_SESIONS=5\n', 'unknown: X4PN_MAX_SESIONS'],
    ['PATH=/bin\n', 'unknown: PATH'],
    ['X4PN_MTU=1400\nX4PN_MTU=1300\n', 'line 2: X4PN_MTU is there twice'],
    ['what is this\n', 'line 1: NAME=value is expected'],
  ])('a file with %j is refused', async (content, message) => {
    const file = join(folder, 'wrong.env')
    await writeFile(file, content)
    const { exitCode, stderr } = await run(['status'], environment({ X4PN_CONFIG: file }))
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)])
  })

  test('the node key from a command, without a shell', async () => {
    const key = generatePrivateKey()
    const file = join(folder, 'vault')
    await writeFile(file, key)
    const { X4PN_NODE_KEY_FILE: _, ...rest } = environment()
    const env = { ...rest, PATH: process.env.PATH ?? '' }
    const said = await json(['identity', operator.address], { ...env, X4PN_NODE_KEY_COMMAND: `/bin/cat ${file}` })
    expect(said.node).toBe(privateKeyToAccount(key).address)
    const shell = await run(['status'], { ...env, X4PN_NODE_KEY_COMMAND: `/bin/cat ${file} ; true` })
    expect(shell.exitCode).toBe(1)
    expect(shell.stderr).toContain('The program of X4PN_NODE_KEY_COMMAND, /bin/cat, failed')
    expect(shell.stderr).not.toContain(key.slice(2))
  })

  test('pitfall 37: a wrong password is named, and neither it nor the key is shown', async () => {
    const wrong = join(folder, 'wrong-password')
    await writeFile(wrong, 'hunter2hunter2')
    const { exitCode, stderr } = await run(['status'], environment({ ...keystore, X4PN_NODE_KEY_PASSWORD_FILE: wrong }))
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('the password is another')])
    expect(stderr).not.toContain('hunter2')
  })
})

describe('help', () => {
  test('for all, and for each', async () => {
    const { stdout } = await run(['--help'])
    for (const name of ['run', 'init', 'register', 'status', 'withdraw', 'rotate-key']) {
      expect(stdout).toContain(`  ${name} `)
      expect(help(name)).toContain(`x4pn-gateway ${name}`)
    }
    expect((await run(['status', '--help'])).stdout).toBe(help('status'))
  })

  test('what there is none of', async () => {
    const { exitCode, stderr } = await run(['sing'])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('There is no command sing')])
    const option = await run(['status', '--loud'])
    expect([option.exitCode, option.stderr]).toEqual([2, expect.stringContaining('--loud')])
  })
})

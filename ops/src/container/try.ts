// `npm run container`: builds the operator's image and uses it as an operator and a client would, each in a container of its
// own: registered, a paid session, killed, started again with its volume, and the session goes on.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { deployAll, mintTestUsdc } from '@x4pn/contracts/testing'
import type { Screen } from '../cli/screen.ts'
import { type Client, drive } from '../client/client.ts'
import type { Answer, ClientSettings } from '../client/protocol.ts'
import { accountOf, clientsFor, mineEverySecond, privateKeyOf, startChain } from '../local/chain.ts'
import { Cleanup } from '../local/cleanup.ts'
import { createLog } from '../local/log.ts'
import { networkRecord } from '../local/network.ts'
import { freePorts } from '../local/ports.ts'
import { logFile, ROOT } from '../paths.ts'
import { docker, dockerObstacle, dockerProgram, imageSize } from './docker.ts'
import { Node } from './node.ts'

const NAME = 'x4pn-trial'
const IMAGE = 'x4pn-gateway'
const CLIENT_IMAGE = 'x4pn-trial-client'
/** TEST-NET-2: public to every program, and nobody's. */
const SUBNET = '198.51.100.0/24'
const ADDRESSES = { host: '198.51.100.1', node: '198.51.100.10', client: '198.51.100.20' }
/** The last part of TEST-NET-3: what lies behind the node, and the client cannot reach by itself. */
const BEHIND = { network: `${NAME}-behind`, subnet: '203.0.113.224/27', node: '203.0.113.230', server: '203.0.113.240' }
const MIB = 2 ** 20

/** @returns the exit code. */
export async function tryContainer(screen: Screen): Promise<number> {
  const obstacle = await dockerObstacle()
  if (obstacle !== undefined) throw new Error(`This needs Docker: ${obstacle}.`)
  const log = createLog(logFile('container'))
  const cleanup = new Cleanup(log)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanup.run().then(() => process.exit(130)))
  }
  try {
    await run(screen, cleanup, log)
    screen.line('\nThe container serves, and a session outlives it.')
    return 0
  } finally {
    await cleanup.run()
  }
}

async function run(screen: Screen, cleanup: Cleanup, log: (line: string) => void): Promise<void> {
  await screen.step('build', async (say) => {
    await docker('build', '--network', 'host', '-f', 'gateway/Dockerfile', '-t', IMAGE, ROOT)
    await docker(
      'build',
      '--network',
      'host',
      '-f',
      'ops/src/container/client.Dockerfile',
      '-t',
      CLIENT_IMAGE,
      join(ROOT, 'ops/src/container'),
    )
    const [own, node, debian] = await Promise.all(
      [IMAGE, 'node:24-bookworm-slim', 'debian:bookworm-slim'].map(imageSize),
    )
    say(`${IMAGE}: ${own} MB (here node:24-bookworm-slim has ${node} MB, debian:bookworm-slim ${debian} MB)`)
  })

  const { rpcUrl, publicRpcUrl, deployment } = await screen.step('chain and contracts', async () => {
    await docker('network', 'create', '--subnet', SUBNET, NAME)
    cleanup.add('docker network', async () => void (await docker('network', 'rm', NAME)))
    await docker('network', 'create', '--subnet', BEHIND.subnet, BEHIND.network)
    cleanup.add('network behind the node', async () => void (await docker('network', 'rm', BEHIND.network)))
    const { rpc: port } = await freePorts({ rpc: 18_545 })
    const chain = await startChain({ port, hosts: ['127.0.0.1', ADDRESSES.host], log, cleanup })
    const clients = clientsFor(chain.rpcUrl, 'deployer')
    const deployed = await deployAll(clients)
    await mintTestUsdc(clients, deployed, { to: accountOf('user').address, amount: 100_000_000n })
    await mineEverySecond(chain.rpcUrl)
    return { rpcUrl: chain.rpcUrl, publicRpcUrl: `http://${ADDRESSES.host}:${port}`, deployment: deployed }
  })

  const node = new Node({
    name: NAME,
    image: IMAGE,
    address: ADDRESSES.node,
    network: NAME,
    deployment,
    rpcUrl: publicRpcUrl,
  })
  await screen.step('register', async (say) => {
    cleanup.add('node', () => node.remove())
    say(await node.register(clientsFor(rpcUrl, 'operator')))
  })
  await screen.step('serve', async (say) => {
    await node.start({ network: BEHIND.network, address: BEHIND.node })
    await node.untilReady()
    say(await node.runsAs())
  })

  const repository = ['--volume', `${ROOT}:/x4pn:ro`]
  await docker(
    'run',
    '--detach',
    '--rm',
    '--name',
    `${NAME}-server`,
    '--network',
    BEHIND.network,
    '--ip',
    BEHIND.server,
    ...repository,
    CLIENT_IMAGE,
    'ops/src/local/internet-server.ts',
    '80',
  )
  cleanup.add('server', async () => void (await docker('rm', '--force', `${NAME}-server`)))
  const settings: ClientSettings = {
    network: networkRecord(deployment, publicRpcUrl, undefined),
    privateKey: privateKeyOf('user'),
    interfaceName: 'wg0',
    folder: '/tmp',
    serverUrl: `http://${BEHIND.server}`,
  }
  const client = startClientContainer(settings, repository, log)
  cleanup.add('client', () => client.stop())

  const { deposit } = await screen.step('session', async (say) => {
    await client.ask('discover')
    const opened = await client.ask('open', '2000000')
    await client.ask('join')
    await client.ask('tunnelUp')
    await client.ask('startPaying')
    const { caller } = await client.ask('firstByte')
    if (caller !== BEHIND.node) throw new Error(`traffic leaves from ${caller}, not from the node's ${BEHIND.node}`)
    say(await downloaded(client))
    return opened
  })
  await screen.step('kill and start', async (say) => {
    await node.kill()
    await node.startAgain()
    await node.untilReady()
    await client.ask('firstByte')
    say(`the same session: ${await downloaded(client)}`)
  })
  await screen.step('leave', async (say) => {
    const { finalClaim } = await client.ask('leave')
    const expected = BigInt(deposit) - BigInt(finalClaim)
    const balance = await refunded(client, expected)
    say(`${finalClaim} of ${deposit} paid, ${balance} refunded`)
  })
  await screen.step('stop', () => node.stop())
}

async function downloaded(client: Client): Promise<string> {
  const { bytes, milliseconds, complete } = await client.ask('download', 32 * MIB, 60_000)
  if (!complete) throw new Error(`only ${bytes} bytes came`)
  return `${bytes / MIB} MiB, ${Math.round((bytes * 8) / milliseconds / 1000)} Mbit/s`
}

async function refunded(client: Client, expected: bigint): Promise<bigint> {
  for (let attempt = 0; attempt < 30; attempt++) {
    const balance = BigInt((await client.ask('freeBalance')).balance)
    if (balance >= expected) return balance
    await new Promise((next) => setTimeout(next, 1_000))
  }
  throw new Error(`the refund of ${expected} did not come within 30 s`)
}

/** wg-quick changes settings of its own network, which Docker holds read-only unless told otherwise. */
function startClientContainer(settings: ClientSettings, repository: string[], log: (line: string) => void): Client {
  const name = `${NAME}-client`
  const place = ['--network', NAME, '--ip', ADDRESSES.client]
  const rights = [
    '--cap-add',
    'NET_ADMIN',
    '--device',
    '/dev/net/tun',
    '--security-opt',
    'systempaths=unconfined',
    '--sysctl',
    'net.ipv6.conf.all.disable_ipv6=0',
  ]
  const command = [CLIENT_IMAGE, 'ops/src/client/main.ts', JSON.stringify(settings)]
  const child = spawn(
    dockerProgram,
    ['run', '--interactive', '--rm', '--name', name, ...place, ...rights, ...repository, ...command],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  createInterface({ input: child.stderr }).on('line', (line) => log(`client | ${line}`))
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  return drive({
    send: (question) => child.stdin.write(`${JSON.stringify(question)}\n`),
    onAnswer: (take) => createInterface({ input: child.stdout }).on('line', (line) => take(JSON.parse(line) as Answer)),
    ended,
    async stop() {
      await docker('rm', '--force', name).catch(() => {})
      await ended
    },
  })
}

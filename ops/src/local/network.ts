// The local network, put together step by step: hosts, chain, contracts, subgraph, a gateway, a client.
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Network } from '@x4pn/client'
import { deployAll, mintTestUsdc, type TestDeployment } from '@x4pn/contracts/testing'
import { type Client, startClient } from '../client/client.ts'
import { startGraphNode } from '../index-node/graph-node.ts'
import { startPostgres } from '../index-node/postgres.ts'
import { accountOf, clientsFor, LOCAL_CHAIN_ID, mineEverySecond, privateKeyOf, startChain } from './chain.ts'
import type { Cleanup } from './cleanup.ts'
import { startDnsServer } from './dns-server.ts'
import { createGateway, type GatewayOptions, type LocalGateway, registerGateway } from './gateway.ts'
import { type Log, under } from './log.ts'
import { type Addresses, addressesOf, createNamespaces } from './namespaces.ts'
import { freePorts } from './ports.ts'
import { startProcess, waitUntilReady } from './process.ts'
import { type Slot, takeSlot } from './slot.ts'

const INTERNET_SERVER = resolve(import.meta.dirname, 'internet-server.ts')
const WIREGUARD_PORT = 51_820
const SERVER_PORT = 80
/** Test USDC for the demo's user: 100. */
const USER_MONEY = 100_000_000n

export type Base = {
  slot: Slot
  addresses: Addresses
  ports: Slot['ports']
  /** Removed at the end. */
  folder: string
  /** Why the tunnel is simulated; undefined for a real one. */
  obstacle: string | undefined
  log: Log
  cleanup: Cleanup
}

/** Place, ports, folder and, for a real tunnel, the hosts. */
export async function prepareHosts(obstacle: string | undefined, log: Log, cleanup: Cleanup): Promise<Base> {
  const slot = await takeSlot(cleanup)
  const ports = await freePorts(slot.ports)
  const prefix = `x4pn${slot.number}-`
  await removeLeftFolders(prefix)
  const folder = await mkdtemp(join(tmpdir(), prefix))
  cleanup.addFolder(folder)
  // Postgres does not run as root; its own user has to get through.
  await chmod(folder, 0o711)
  const addresses = addressesOf(slot)
  if (obstacle === undefined) await createNamespaces(slot, cleanup)
  return { slot, addresses, ports, folder, obstacle, log, cleanup }
}

/** Of a copy that was killed at this place; who holds the place is the only one that uses these names. */
async function removeLeftFolders(prefix: string): Promise<void> {
  const names = await readdir(tmpdir())
  const left = names.filter((name) => name.startsWith(prefix))
  // Another user's stays.
  await Promise.all(left.map((name) => rm(join(tmpdir(), name), { recursive: true }).catch(() => {})))
}

export type Chain = {
  /** As this machine reaches it. */
  rpcUrl: string
  /** As the hosts reach it. */
  publicRpcUrl: string
}

export async function startLocalChain({ obstacle, addresses, ports, log, cleanup }: Base): Promise<Chain> {
  const host = obstacle === undefined ? addresses.host.address4 : '127.0.0.1'
  const hosts = [...new Set(['127.0.0.1', host])]
  const { rpcUrl } = await startChain({ port: ports.rpc, hosts, log, cleanup })
  return { rpcUrl, publicRpcUrl: `http://${host}:${ports.rpc}` }
}

/** All contracts, and money for the user. */
export async function deployContracts({ rpcUrl }: Chain): Promise<TestDeployment> {
  const clients = clientsFor(rpcUrl, 'deployer')
  const deployment = await deployAll(clients)
  for (const role of ['user', 'stranger', 'visitor'] as const) {
    await mintTestUsdc(clients, deployment, { to: accountOf(role).address, amount: USER_MONEY })
  }
  await mineEverySecond(rpcUrl)
  return deployment
}

export async function startIndex(base: Base, chain: Chain, deployment: TestDeployment): Promise<{ queryUrl: string }> {
  const { folder, ports, log, cleanup } = base
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: ports.postgres,
    log: under('postgres', log),
  })
  cleanup.add('postgres', () => postgres.stop())
  const graphNode = await startGraphNode({
    rpcUrl: chain.rpcUrl,
    deployment,
    postgresUrl: postgres.url,
    ports: {
      graphql: ports.graphql,
      admin: ports.graphAdmin,
      indexNode: ports.graphIndexNode,
      metrics: ports.graphMetrics,
      ipfs: ports.ipfs,
    },
    workDir: join(folder, 'graph-node'),
    log: under('graph-node', log),
    signal: cleanup.signal,
  })
  cleanup.add('graph-node', () => graphNode.stop())
  return { queryUrl: graphNode.queryUrl }
}

/** The server that clients want to reach, behind the gateway, and the names that lead to it. @returns its URL. */
export async function startInternetServer(base: Base): Promise<string> {
  const { slot, addresses, obstacle, log, cleanup } = base
  if (obstacle !== undefined) return 'http://127.0.0.1:9'
  const args = [INTERNET_SERVER, String(SERVER_PORT)]
  const server = startProcess({ name: 'internet', command: 'node', args, namespace: slot.namespaces.internet, log })
  cleanup.add('internet server', () => server.stop())
  const url = `http://${addresses.server.address4}`
  await waitUntilReady(server, 'the internet server', () => fetch(`${url}/who`), 10_000)
  await startDnsServer(base)
  return url
}

/** `second`: another operator's node, on a host of its own. */
export function gatewayOptions(
  base: Base,
  chain: Chain,
  deployment: TestDeployment,
  which: 'node' | 'second' = 'node',
): GatewayOptions {
  const { slot, addresses, ports, folder, obstacle, log, cleanup } = base
  const first = which === 'node'
  return {
    deployment,
    rpcUrl: chain.publicRpcUrl,
    ownRpcUrl: chain.rpcUrl,
    operator: first ? 'operator' : 'secondOperator',
    country: first ? 'DE' : 'NL',
    host: obstacle === undefined ? addresses[which].address4 : '127.0.0.1',
    apiPort: first ? ports.api : ports.secondApi,
    wireguardPort: WIREGUARD_PORT,
    interfaceName: slot.interfaces[which],
    namespace: obstacle === undefined ? slot.namespaces[which] : undefined,
    journal: join(folder, `journal-${which}.jsonl`),
    simulated: obstacle !== undefined,
    dnsUpstream: addresses.server.address4,
    name: first ? 'gateway' : 'second gateway',
    log,
    cleanup,
  }
}

/** A registered gateway, serving. */
export async function startGateway(options: GatewayOptions): Promise<LocalGateway> {
  const gateway = createGateway(options)
  await registerGateway(gateway, options)
  await gateway.start()
  return gateway
}

/** What the dapp's link and the clients' settings hold. */
export function networkRecord(deployment: TestDeployment, rpcUrl: string, queryUrl: string | undefined): Network {
  return {
    chainId: LOCAL_CHAIN_ID,
    rpcUrls: [rpcUrl],
    subgraphUrls: queryUrl === undefined ? [] : [queryUrl],
    deployment,
  }
}

/** A URL of this machine as the hosts reach it: from their namespaces it has another address. */
export function fromHosts({ addresses, obstacle }: Base, url: string | undefined): string | undefined {
  return obstacle === undefined ? url?.replace(/127\.0\.0\.1|localhost/, addresses.host.address4) : url
}

export function startUser(
  base: Base,
  chain: Chain,
  options: {
    deployment: TestDeployment
    queryUrl?: string
    serverUrl: string
    role: 'user' | 'stranger'
    env?: Record<string, string>
  },
): Client {
  const { slot, folder, obstacle, log, cleanup } = base
  const { deployment, queryUrl, serverUrl, role } = options
  const name = role === 'user' ? 'client' : 'stranger'
  const client = startClient({
    settings: {
      network: networkRecord(deployment, chain.publicRpcUrl, fromHosts(base, queryUrl)),
      privateKey: privateKeyOf(role),
      interfaceName: slot.interfaces[name],
      folder,
      serverUrl,
    },
    namespace: obstacle === undefined ? slot.namespaces[name] : undefined,
    name,
    env: options.env ?? {},
    log,
  })
  cleanup.add(name, () => client.stop())
  return client
}

// A gateway of the local network: its environment, its registration by the operator, starting and killing it.
import { resolve } from 'node:path'
import type { Deployment } from '@x4pn/contracts'
import { execa } from 'execa'
import type { Address, Hex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { clientsFor, type Role } from './chain.ts'
import type { Cleanup } from './cleanup.ts'
import { type LocalProcess, startProcess, waitUntilReady } from './process.ts'
import { registerNode } from './registration.ts'
import { withLargeSocketBuffers } from './socket-buffers.ts'

/** Milliseconds. It settles before it ends, and waits for a block. */
const STOP_PATIENCE = 45_000
/** The command `x4pn-gateway`. */
export const GATEWAY_MAIN = resolve(import.meta.dirname, '../../../gateway/src/main.ts')

export type GatewayOptions = {
  deployment: Deployment
  /** As the gateway reaches it. */
  rpcUrl: string
  /** As this process reaches it. */
  ownRpcUrl: string
  operator: Role
  /** ISO 3166-1 alpha-2 */
  country: string
  /** Public address of the node. */
  host: string
  apiPort: number
  wireguardPort: number
  interfaceName: string
  namespace?: string | undefined
  journal: string
  simulated: boolean
  /** The resolver that the gateway's own asks. */
  dnsUpstream: string
  /** More of its environment; an API URL of https goes in here. */
  env?: Record<string, string>
  log: (line: string) => void
  cleanup: Cleanup
  name?: string
  /** What runs instead of the command: for tests. */
  entry?: string
}

export type LocalGateway = {
  node: Address
  nodeKey: Hex
  apiUrl: string
  /** Its whole configuration. */
  env: Record<string, string>
  start: () => Promise<void>
  /** SIGTERM: settles, removes interface and table. */
  stop: () => Promise<void>
  /** SIGKILL. Interface and table stay. */
  kill: () => Promise<void>
  signal: (signal: NodeJS.Signals) => void
}

export function createGateway(options: GatewayOptions): LocalGateway {
  const { deployment, host, apiPort, wireguardPort, namespace, log, cleanup, name = 'gateway' } = options
  const nodeKey = generatePrivateKey()
  const apiUrl = options.env?.X4PN_API_URL ?? `http://${host}:${apiPort}`
  // By its address: a name may be known to its clients alone.
  const reached = new URL('/v1/info', apiUrl)
  reached.hostname = host
  const env = {
    X4PN_NODE_KEY: nodeKey,
    X4PN_CHAIN_ID: String(deployment.chainId),
    X4PN_RPC_URLS: options.rpcUrl,
    X4PN_SESSIONS: deployment.sessions,
    X4PN_REGISTRY: deployment.registry,
    X4PN_API_URL: apiUrl,
    X4PN_API_LISTEN: `${options.simulated ? '127.0.0.1' : '0.0.0.0'}:${apiPort}`,
    X4PN_WIREGUARD_ENDPOINT: `${host}:${wireguardPort}`,
    X4PN_WIREGUARD_PORT: String(wireguardPort),
    X4PN_INTERFACE: options.interfaceName,
    X4PN_TUNNEL: options.simulated ? 'simulated' : 'auto',
    X4PN_JOURNAL: options.journal,
    X4PN_SETTLE_AGE: '600',
    X4PN_DNS_UPSTREAM: options.dnsUpstream,
    // anvil makes a block when there is a transaction.
    X4PN_HEAD_AGE: '0',
    // One host holds both gateways where the tunnel is simulated.
    ...(options.simulated ? { X4PN_OPERATOR_LISTEN: 'off' } : {}),
    ...options.env,
  }
  let running: LocalProcess | undefined
  cleanup.add(name, () => running?.stop(STOP_PATIENCE))
  return {
    node: privateKeyToAddress(nodeKey),
    nodeKey,
    apiUrl,
    env,
    async start() {
      running = startProcess({
        name,
        command: 'node',
        args: [options.entry ?? GATEWAY_MAIN, 'run'],
        env,
        namespace,
        log,
      })
      const ready = async () => {
        const { ok } = await fetch(reached, { signal: AbortSignal.timeout(2_000) })
        if (!ok) throw new Error('not yet')
      }
      const started = running
      const untilReady = () => waitUntilReady(started, name, ready, 20_000)
      await (options.simulated ? untilReady() : withLargeSocketBuffers(untilReady))
    },
    stop: async () => running?.stop(STOP_PATIENCE),
    kill: async () => running?.kill(),
    signal: (signal) => running?.child.kill(signal),
  }
}

/** Registers it as its operator would. */
export async function registerGateway(gateway: LocalGateway, options: GatewayOptions): Promise<void> {
  const { deployment, ownRpcUrl } = options
  const clients = clientsFor(ownRpcUrl, options.operator)
  const env = {
    X4PN_NODE_KEY: gateway.nodeKey,
    X4PN_CHAIN_ID: String(deployment.chainId),
    X4PN_RPC_URLS: ownRpcUrl,
    X4PN_SESSIONS: deployment.sessions,
    X4PN_REGISTRY: deployment.registry,
    X4PN_API_URL: gateway.apiUrl,
    X4PN_WIREGUARD_ENDPOINT: `${options.host}:${options.wireguardPort}`,
    X4PN_WIREGUARD_PORT: String(options.wireguardPort),
    ...options.env,
  }
  const { stdout } = await execa('node', [GATEWAY_MAIN, 'identity', clients.walletClient.account.address], { env })
  const { apiUrl } = gateway
  await registerNode(clients, { deployment, identity: stdout, apiUrl, country: options.country })
}

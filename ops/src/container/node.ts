// The operator's container, used by its command line alone.

import type { TestDeployment } from '@x4pn/contracts/testing'
import type { Address } from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import type { clientsFor } from '../local/chain.ts'
import { registerNode } from '../local/registration.ts'
import { docker, dockerLogs } from './docker.ts'

const API_PORT = 8443
const WIREGUARD_PORT = 51_820

type NodeOptions = {
  name: string
  image: string
  /** On the container's network. */
  address: string
  network: string
  deployment: TestDeployment
  /** As the container reaches it. */
  rpcUrl: string
}

export class Node {
  readonly #options: NodeOptions
  readonly #apiUrl: string
  readonly #environment: string[]

  constructor(options: NodeOptions) {
    const { address, deployment, rpcUrl } = options
    this.#options = options
    this.#apiUrl = `http://${address}:${API_PORT}`
    const variables = {
      X4PN_NODE_KEY: generatePrivateKey(),
      X4PN_CHAIN_ID: deployment.chainId,
      X4PN_RPC_URLS: rpcUrl,
      X4PN_SESSIONS: deployment.sessions,
      X4PN_REGISTRY: deployment.registry,
      X4PN_API_URL: this.#apiUrl,
      X4PN_WIREGUARD_ENDPOINT: `${address}:${WIREGUARD_PORT}`,
    }
    this.#environment = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  }

  /** As an operator does it: what the container prints goes into the registry. @returns the node's id. */
  async register(operator: ReturnType<typeof clientsFor>): Promise<Address> {
    const { image, network, deployment } = this.#options
    const command = ['identity', operator.walletClient.account.address]
    const identity = await docker('run', '--rm', '--network', network, ...this.#environment, image, ...command)
    return registerNode(operator, { deployment, identity, apiUrl: this.#apiUrl, country: 'DE' })
  }

  /** The line of gateway/README.md. @param behind Another network that it is on: the internet, say. */
  async start(behind: { network: string; address: string }): Promise<void> {
    const { name, image, network, address } = this.#options
    const rights = ['--cap-add', 'NET_ADMIN', '--device', '/dev/net/tun']
    const forwarding = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1', 'net.ipv6.conf.all.disable_ipv6=0']
    const sysctls = forwarding.flatMap((setting) => ['--sysctl', setting])
    const sealed = ['--read-only', '--tmpfs', '/run', '--volume', `${name}:/data`]
    const place = ['--network', network, '--ip', address]
    await docker(
      'create',
      '--init',
      '--name',
      name,
      ...rights,
      ...sysctls,
      ...sealed,
      ...place,
      ...this.#environment,
      image,
    )
    await docker('network', 'connect', '--ip', behind.address, behind.network, name)
    await docker('start', name)
  }

  /** By the image's health check, and by its own word that it takes clients in. */
  async untilReady(): Promise<void> {
    const { name } = this.#options
    for (let attempt = 0; attempt < 60; attempt++) {
      const [state, health] = (
        await docker('inspect', '--format', '{{.State.Status}} {{.State.Health.Status}}', name)
      ).split(' ')
      if (state === 'exited') break
      const ready = await docker('exec', name, 'x4pn-gateway', 'healthy', '--ready').catch(() => undefined)
      if (health === 'healthy' && ready !== undefined) return
      await new Promise((next) => setTimeout(next, 1_000))
    }
    throw new Error(`the container is not ready: ${(await dockerLogs(name)).slice(-2000)}`)
  }

  /** Numeric user and effective capabilities of the gateway. */
  async runsAs(): Promise<string> {
    const script =
      'for p in /proc/[0-9]*; do grep -q x4pn-gateway $p/cmdline && grep -E "^(Uid|CapEff)" $p/status; done 2>/dev/null; true'
    const lines = (await docker('exec', this.#options.name, 'sh', '-c', script)).split('\n')
    return lines
      .slice(-2)
      .map((line) => line.split(/\s+/).slice(0, 2).join(' '))
      .join(', ')
  }

  kill = () => docker('kill', this.#options.name)
  startAgain = () => docker('start', this.#options.name)
  stop = async () => void (await docker('stop', '--time', '60', this.#options.name))

  async remove(): Promise<void> {
    await docker('rm', '--force', '--volumes', this.#options.name).catch(() => {})
    await docker('volume', 'rm', '--force', this.#options.name).catch(() => {})
  }
}

// What the chain must say: endpoints that answer, contracts that are there, a node that is registered as it is configured,
// with coins for gas and its bond.
import {
  exitPolicyHash,
  nodeCommitment,
  sessionsDomain,
  x4pnNodeRegistryAbi,
  x4pnVpnSessionsAbi,
} from '@x4pn/contracts'
import { createPublicClient, domainSeparator, formatEther, http, type PublicClient, parseAbi, zeroAddress } from 'viem'
import type { Config } from '../config.ts'
import { broken, type Check, type DoctorContext, type Finding, ok, warning } from './check.ts'

/** Seconds. */
const OLD_HEAD = 120
const WRONG_CLOCK = 30
/** Gas of a settlement of a hundred streams, twenty times: a day or more of a busy node. */
const GAS_FOR_A_DAY = 20n * 1_400_000n

const erc20 = parseAbi(['function decimals() view returns (uint8)'])
const domainOf = parseAbi(['function DOMAIN_SEPARATOR() view returns (bytes32)'])

const clientsOf = ({ rpcUrls }: Config): PublicClient[] =>
  rpcUrls.map((url) => createPublicClient({ transport: http(url, { timeout: 5_000, retryCount: 0 }) }))

const short = (error: unknown) => (error instanceof Error ? error.message.split('\n')[0] : String(error))

/** The first endpoint of the right chain that answers. */
async function anyClient({ config }: DoctorContext): Promise<PublicClient | undefined> {
  for (const client of clientsOf(config)) {
    if ((await client.getChainId().catch(() => undefined)) === config.chainId) return client
  }
  return undefined
}

/** A check that needs the chain. It is not named broken twice where no endpoint answers. */
const onChain = (name: string, look: (client: PublicClient, context: DoctorContext) => Promise<Finding>): Check => ({
  name,
  async look(context) {
    const client = await anyClient(context)
    if (!client) return warning('not looked at: no endpoint answers', 'mend RPC first')
    return look(client, context)
  },
})

export const rpc: Check = {
  name: 'RPC',
  async look({ config, clock }) {
    const faults: string[] = []
    for (const [index, client] of clientsOf(config).entries()) {
      const label = `endpoint ${index + 1} of X4PN_RPC_URLS`
      try {
        const id = await client.getChainId()
        const { timestamp } = await client.getBlock()
        const age = Math.floor(clock() / 1000) - Number(timestamp)
        if (id !== config.chainId) faults.push(`${label} serves chain ${id}, not ${config.chainId}`)
        else if (age > OLD_HEAD) faults.push(`${label}: its newest block is ${age} s old`)
      } catch (error) {
        // Its URL may hold a key, and the error quotes it.
        faults.push(`${label} does not answer (${short(error)?.replaceAll(config.rpcUrls[index] ?? '', '…')})`)
      }
    }
    if (faults.length === config.rpcUrls.length) {
      return broken(
        faults.join('; '),
        `set X4PN_RPC_URLS to endpoints of chain ${config.chainId}, and X4PN_CHAIN_ID to theirs`,
      )
    }
    if (faults.length > 0) return warning(faults.join('; '), 'replace it in X4PN_RPC_URLS')
    return config.rpcUrls.length > 1
      ? ok(`${config.rpcUrls.length} endpoints`)
      : warning('one endpoint', 'add a second one to X4PN_RPC_URLS: with one alone nobody can join while it is down')
  },
}

export const clockCheck: Check = {
  name: 'clock',
  async look({ config, clock }) {
    // The date of an answer is its server's own clock, good to a second.
    for (const url of config.rpcUrls) {
      const body = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}'
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined)
      const date = Date.parse(answer?.headers.get('date') ?? '')
      if (Number.isNaN(date)) continue
      const off = Math.round((clock() - date) / 1000)
      if (Math.abs(off) <= WRONG_CLOCK) return ok(`within ${Math.abs(off) + 1} s of an RPC server's`)
      return broken(
        `it is ${Math.abs(off)} s ${off > 0 ? 'ahead of' : 'behind'} an RPC server's`,
        'timedatectl set-ntp true',
      )
    }
    return warning('not compared: no endpoint says the time', 'timedatectl status')
  },
}

export const contracts = onChain('contracts', async (client, { config }) => {
  const { sessions, registry, chainId, decimals } = config
  for (const [variable, address] of [
    ['X4PN_SESSIONS', sessions],
    ['X4PN_REGISTRY', registry],
  ] as const) {
    if ((await client.getCode({ address })) === undefined) {
      return broken(
        `there is no contract at ${address} (${variable})`,
        `set ${variable} to the address of chain ${chainId}'s deployment`,
      )
    }
  }
  const separator = await client
    .readContract({ address: sessions, abi: domainOf, functionName: 'DOMAIN_SEPARATOR' })
    .catch(() => undefined)
  if (separator !== domainSeparator({ domain: sessionsDomain({ chainId, contract: sessions }) })) {
    return broken(
      `${sessions} is no X4PNVpnSessions of chain ${chainId}`,
      'set X4PN_SESSIONS and X4PN_REGISTRY, not one for the other',
    )
  }
  const token = await client.readContract({ address: sessions, abi: x4pnVpnSessionsAbi, functionName: 'TOKEN' })
  const actual = await client.readContract({ address: token, abi: erc20, functionName: 'decimals' })
  if (actual !== decimals)
    return broken(`the token has ${actual} decimals, not ${decimals}`, `X4PN_TOKEN_DECIMALS=${actual}`)
  return ok('sessions, registry, token')
})

export const registration = onChain('registration', async (client, { config, keys }) => {
  const base = { address: config.registry, abi: x4pnNodeRegistryAbi } as const
  const node = keys.account.address
  if (!(await client.readContract({ ...base, functionName: 'isRegistered', args: [node] }))) {
    return broken(`${node} is not registered`, 'x4pn-gateway register')
  }
  const { params, successor } = await client.readContract({ ...base, functionName: 'nodeOf', args: [node] })
  if (successor !== zeroAddress) {
    return broken(
      `${node} has been replaced by ${successor}`,
      `run with the key of ${successor}; the old one only settles`,
    )
  }
  if (params.apiUrl !== config.apiUrl) {
    return broken(
      `it is registered at ${params.apiUrl}, X4PN_API_URL is ${config.apiUrl}`,
      'x4pn-gateway register, or set X4PN_API_URL',
    )
  }
  if (params.commitment !== nodeCommitment(keys.wireguard.publicKey, exitPolicyHash(config.exitPolicy))) {
    return broken(
      'WireGuard key or exit policy are not the registered ones: clients will refuse this node',
      'x4pn-gateway register',
    )
  }
  if (params.payout === zeroAddress)
    return warning('there is no payout address', 'set one with setPayout of the registry')
  return ok(`${node}, paid out to ${params.payout}`)
})

export const gas = onChain('coins for gas', async (client, { keys }) => {
  const { address } = keys.account
  const [balance, price] = await Promise.all([client.getBalance({ address }), client.getGasPrice()])
  const wanted = price * GAS_FOR_A_DAY
  const found = `${address} has ${formatEther(balance)}`
  if (balance >= wanted) return ok(found)
  const mend = `send ${formatEther(wanted - balance)} of the chain's coin to ${address}`
  return balance * 20n >= wanted
    ? warning(`${found}: less than twenty settlements`, mend)
    : broken(`${found}: too little to settle`, mend)
})

export const bond = onChain('bond', async (client, { config, keys }) => {
  const base = { address: config.registry, abi: x4pnNodeRegistryAbi } as const
  const node = keys.account.address
  const [minimum, { amount, exiting, frozen }] = await Promise.all([
    client.readContract({ ...base, functionName: 'minimumBond' }),
    client.readContract({ ...base, functionName: 'bondOf', args: [node] }),
  ])
  if (frozen > 0n) return warning(`${formatEther(frozen)} X4PN are frozen by a case`, 'look at it, and object in time')
  if (amount - exiting < minimum) {
    return broken(
      `${formatEther(amount - exiting)} X4PN, the minimum is ${formatEther(minimum)}: clients may pass this node over`,
      `addBond(${node}, ${minimum - amount + exiting}) on ${config.registry}, by the operator`,
    )
  }
  return ok(`${formatEther(amount)} X4PN`)
})

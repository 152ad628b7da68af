// The gateway's configuration: environment variables in, one typed object out. Nothing else reads the environment.
import { readFileSync } from 'node:fs'
import { isIPv4 } from 'node:net'
import { Value } from 'typebox/value'
import { type Address, getAddress, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { Environment, SECRET_VARIABLES } from './environment.ts'
import { parsePool4, parsePool6 } from './sessions/addresses.ts'

export type Config = {
  nodeKey: Hex
  chainId: number
  rpcUrls: string[]
  sessions: Address
  registry: Address
  apiUrl: string
  /** IPv4, by which clients inside the tunnel reach the API. */
  publicAddress: string
  listen: { host: string; port: number }
  wireguard: { endpoint: string; port: number; interface: string; mtu: number }
  tunnel: 'auto' | 'simulated'
  pool4: string
  /** A /64. */
  pool6: string
  journal: string
  /** Service before and between payments, in bytes; priced when a session is joined. */
  allowanceBytes: bigint
  minimumDeposit: bigint
  settle: { value: bigint; ageSeconds: number }
  maxSessions: number
  /** From one address. */
  requestsPerMinute: number
  /** Fee in token base units; transactions in an hour. */
  relay: { fee: bigint; perHour: number }
  logLevel: string
}

export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Reads `X4PN_*`; an empty one is as good as none. Throws a `ConfigError` that names every variable that is wrong, without its value if secret. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const own = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name.startsWith('X4PN_') && value),
  )
  const values = Value.Default(Environment, Value.Convert(Environment, own))
  if (!Value.Check(Environment, values)) throw describe(Value.Errors(Environment, values), own)
  checked('X4PN_POOL4', () => parsePool4(values.X4PN_POOL4))
  checked('X4PN_POOL6', () => parsePool6(values.X4PN_POOL6))
  return {
    nodeKey: readNodeKey(values.X4PN_NODE_KEY, values.X4PN_NODE_KEY_FILE),
    chainId: values.X4PN_CHAIN_ID,
    rpcUrls: values.X4PN_RPC_URLS.split(','),
    sessions: getAddress(values.X4PN_SESSIONS),
    registry: getAddress(values.X4PN_REGISTRY),
    apiUrl: values.X4PN_API_URL,
    publicAddress: publicAddress(values.X4PN_API_URL, values.X4PN_PUBLIC_IPV4),
    listen: splitHostPort(values.X4PN_API_LISTEN),
    wireguard: {
      endpoint: values.X4PN_WIREGUARD_ENDPOINT,
      port: values.X4PN_WIREGUARD_PORT,
      interface: values.X4PN_INTERFACE,
      mtu: values.X4PN_MTU,
    },
    tunnel: values.X4PN_TUNNEL,
    pool4: values.X4PN_POOL4,
    pool6: values.X4PN_POOL6,
    journal: values.X4PN_JOURNAL,
    allowanceBytes: BigInt(values.X4PN_ALLOWANCE_BYTES),
    minimumDeposit: BigInt(values.X4PN_MINIMUM_DEPOSIT),
    settle: { value: BigInt(values.X4PN_SETTLE_VALUE), ageSeconds: values.X4PN_SETTLE_AGE },
    maxSessions: values.X4PN_MAX_SESSIONS,
    requestsPerMinute: values.X4PN_REQUESTS_PER_MINUTE,
    relay: { fee: BigInt(values.X4PN_RELAY_FEE), perHour: values.X4PN_RELAYS_PER_HOUR },
    logLevel: values.X4PN_LOG_LEVEL,
  }
}

/** Without it a client whose whole traffic goes through the tunnel could neither pay nor leave. */
function publicAddress(apiUrl: string, given: string | undefined): string {
  const { hostname } = new URL(apiUrl)
  const address = isIPv4(hostname) ? hostname : given
  if (address !== undefined && isIPv4(address)) return address
  throw new ConfigError(`X4PN_API_URL names ${hostname}: set X4PN_PUBLIC_IPV4 to its IPv4 address (it is ${given}).`)
}

/** Every variable that is wrong, once. */
function describe(errors: ReturnType<typeof Value.Errors>, own: Record<string, string | undefined>): ConfigError {
  // "schema is false" only says again that a variable is unknown.
  const lines = errors
    .filter(({ keyword }) => keyword !== 'boolean')
    .map((error) => {
      const unknown = 'additionalProperties' in error.params ? error.params.additionalProperties : undefined
      if (Array.isArray(unknown)) return `unknown: ${unknown.join(', ')}`
      const missing = 'requiredProperties' in error.params ? error.params.requiredProperties : undefined
      if (Array.isArray(missing)) return `missing: ${missing.join(', ')}`
      const name = error.instancePath.slice(1)
      return `${name} ${error.message}${SECRET_VARIABLES.includes(name) ? '' : ` (it is ${JSON.stringify(own[name])})`}`
    })
  return new ConfigError(`The environment is not a configuration:\n  ${[...new Set(lines)].join('\n  ')}`)
}

function checked(name: string, check: () => unknown): void {
  try {
    check()
  } catch (cause) {
    throw new ConfigError(`${name}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

function readNodeKey(key: string | undefined, file: string | undefined): Hex {
  if (key === undefined && file === undefined) {
    throw new ConfigError('X4PN_NODE_KEY or X4PN_NODE_KEY_FILE is needed: the node key.')
  }
  const name = key === undefined ? `The file of X4PN_NODE_KEY_FILE, ${file},` : 'X4PN_NODE_KEY'
  try {
    const value = key ?? readFileSync(file ?? '', 'utf8').trim()
    // Also refuses a number that is no key of the curve.
    if (/^0x[0-9a-fA-F]{64}$/.test(value) && privateKeyToAddress(value as Hex)) return value as Hex
  } catch (cause) {
    // The cause's text may quote the key.
    const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
    throw new ConfigError(`${name} cannot be read as a key${code}.`)
  }
  throw new ConfigError(`${name} does not hold a key: 0x and 64 hex digits.`)
}

function splitHostPort(value: string): { host: string; port: number } {
  const at = value.lastIndexOf(':')
  return { host: value.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(value.slice(at + 1)) }
}

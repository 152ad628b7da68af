// The gateway's configuration: environment variables in, one typed object out. Nothing else reads the environment.
import { readFileSync } from 'node:fs'
import Type from 'typebox'
import { Value } from 'typebox/value'
import { type Address, getAddress, type Hex } from 'viem'

const address = Type.String({ pattern: '^0x[0-9a-fA-F]{40}$' })
const integer = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum })

/** Name, shape and default of every variable. `X4PN_NODE_KEY` or `X4PN_NODE_KEY_FILE` holds the one secret. */
const Environment = Type.Object(
  {
    X4PN_NODE_KEY: Type.Optional(Type.String({ pattern: '^0x[0-9a-fA-F]{64}$' })),
    X4PN_NODE_KEY_FILE: Type.Optional(Type.String({ minLength: 1 })),
    X4PN_CHAIN_ID: integer(1, Number.MAX_SAFE_INTEGER),
    X4PN_RPC_URLS: Type.String({ pattern: '^https?://\\S+$', description: 'Separated by commas' }),
    X4PN_SESSIONS: address,
    X4PN_REGISTRY: address,
    X4PN_API_URL: Type.String({ pattern: '^https?://[^/\\s]+$', description: 'As registered, no trailing slash' }),
    X4PN_API_LISTEN: Type.String({ pattern: '^.+:\\d+$', default: '0.0.0.0:8443' }),
    X4PN_WIREGUARD_ENDPOINT: Type.String({ pattern: '^.+:\\d+$', description: 'Public host:port, UDP' }),
    X4PN_WIREGUARD_PORT: integer(1, 65535),
    X4PN_INTERFACE: Type.String({ pattern: '^[a-z][a-z0-9-]{0,14}$', default: 'x4pn0' }),
    X4PN_TUNNEL: Type.Union([Type.Literal('auto'), Type.Literal('simulated')], { default: 'auto' }),
    X4PN_POOL4: Type.String({ pattern: '^[0-9.]+/[0-9]+$', default: '10.64.0.0/10' }),
    X4PN_POOL6: Type.String({ pattern: '^[0-9a-f:]+::/64$', default: 'fd58:3450:4e00::/64' }),
    X4PN_MTU: Type.Integer({ minimum: 1280, maximum: 9000, default: 1420 }),
    X4PN_JOURNAL: Type.String({ minLength: 1, default: 'journal.jsonl' }),
    X4PN_ALLOWANCE_BYTES: Type.Integer({ minimum: 0, maximum: 2 ** 40, default: 16 * 2 ** 20 }),
    X4PN_MINIMUM_DEPOSIT: Type.Integer({ minimum: 0, default: 10_000, description: 'Token base units' }),
    X4PN_SETTLE_VALUE: Type.Integer({ minimum: 1, default: 1_000_000, description: 'Token base units' }),
    X4PN_SETTLE_AGE: Type.Integer({ minimum: 1, default: 3600, description: 'Seconds' }),
    X4PN_MAX_SESSIONS: Type.Integer({ minimum: 1, default: 10_000 }),
    X4PN_LOG_LEVEL: Type.String({ default: 'info' }),
  },
  { additionalProperties: false },
)

export type Config = {
  nodeKey: Hex
  chainId: number
  rpcUrls: string[]
  sessions: Address
  registry: Address
  apiUrl: string
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
  logLevel: string
}

export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Reads `X4PN_*`. Throws a `ConfigError` that names every variable that is wrong, without its value if secret. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const own = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name.startsWith('X4PN_') && value !== undefined),
  )
  const values = Value.Default(Environment, Value.Convert(Environment, own))
  if (!Value.Check(Environment, values)) {
    const lines = Value.Errors(Environment, values).map((error) => {
      const unknown = 'additionalProperties' in error.params ? error.params.additionalProperties : undefined
      if (Array.isArray(unknown)) return `unknown: ${unknown.join(', ')}`
      const missing = 'requiredProperties' in error.params ? error.params.requiredProperties : undefined
      if (Array.isArray(missing)) return `missing: ${missing.join(', ')}`
      const name = error.instancePath.slice(1)
      return `${name} ${error.message}${name.includes('KEY') ? '' : ` (it is ${JSON.stringify(own[name])})`}`
    })
    throw new ConfigError(`The environment is not a configuration:\n  ${[...new Set(lines)].join('\n  ')}`)
  }
  return {
    nodeKey: readNodeKey(values.X4PN_NODE_KEY, values.X4PN_NODE_KEY_FILE),
    chainId: values.X4PN_CHAIN_ID,
    rpcUrls: values.X4PN_RPC_URLS.split(','),
    sessions: getAddress(values.X4PN_SESSIONS),
    registry: getAddress(values.X4PN_REGISTRY),
    apiUrl: values.X4PN_API_URL,
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
    logLevel: values.X4PN_LOG_LEVEL,
  }
}

function readNodeKey(key: string | undefined, file: string | undefined): Hex {
  const value = key ?? (file === undefined ? undefined : readFileSync(file, 'utf8').trim())
  if (value === undefined) throw new ConfigError('X4PN_NODE_KEY or X4PN_NODE_KEY_FILE is needed: the node key.')
  if (!/^0x[0-9a-fA-F]{64}$/.test(value)) throw new ConfigError(`${file} does not hold a key: 0x and 64 hex digits.`)
  return value as Hex
}

function splitHostPort(value: string): { host: string; port: number } {
  const at = value.lastIndexOf(':')
  return { host: value.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(value.slice(at + 1)) }
}

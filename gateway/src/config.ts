// The gateway's configuration: environment variables in, one typed object out. Nothing else reads the environment.
import { isIPv4 } from 'node:net'
import type { ExitPolicy } from '@x4pn/contracts'
import type Type from 'typebox'
import { Value } from 'typebox/value'
import { type Address, getAddress, type Hex } from 'viem'
import { readConfigFile } from './config-file.ts'
import { type DnsSettings, parseUpstream } from './dns/settings.ts'
import { Environment, SECRET_VARIABLES } from './environment.ts'
import { exitPolicy } from './exit-policy.ts'
import { readNodeKey } from './node-key.ts'
import { parsePool4, parsePool6 } from './sessions/addresses.ts'
import type { AcmeSettings } from './tls/acme.ts'

export type HostPort = { host: string; port: number }

type TlsConfig = {
  /** Name, or address without brackets, that the certificate is for. */
  host: string
  from: { kind: 'files'; certificate: string; privateKey: string } | ({ kind: 'issuer'; cache: string } & AcmeSettings)
}

export type Config = {
  nodeKey: Hex
  chainId: number
  rpcUrls: string[]
  sessions: Address
  registry: Address
  /** The token's. */
  decimals: number
  apiUrl: string
  /** IPv4, by which clients inside the tunnel reach the API. */
  publicAddress: string
  listen: HostPort
  /** Undefined: the API is plain HTTP. */
  tls: TlsConfig | undefined
  /** Plain HTTP beside it: exit notice and proofs for the issuer. */
  notice: { listen: HostPort | undefined; abuseContact: string | undefined }
  /** For the operator alone. */
  operator: HostPort | undefined
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
  /** Prices in 10⁻¹⁸ coins; `coinPrice` in token base units a coin, 0 unknown; `percent` of the value settled. */
  gas: { price: bigint; urgentPrice: bigint; coinPrice: bigint; percent: bigint }
  /** 0: not by value, not by age. */
  payOut: { value: bigint; ageSeconds: number }
  /** Seconds that a newest block may be old; 0: any age. */
  headAge: number
  confirmations: number
  unconfirmedLimit: bigint
  /** Sessions at once; RPC calls of one client in a minute. */
  limits: { perWallet: number; perAddress: number; callsPerMinute: number }
  maxSessions: number
  /** From one address. */
  requestsPerMinute: number
  /** Fee in token base units; transactions in an hour. */
  relay: { fee: bigint; perHour: number }
  exitPolicy: ExitPolicy
  dns: DnsSettings
  /** Bytes a second, both ways together; undefined: no limit. */
  rates: { session: number | undefined; total: number | undefined }
  logLevel: string
}

export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Reads `X4PN_*`, and the file in X4PN_CONFIG below them; an empty one is as good as none. Throws a `ConfigError` that names every variable that is wrong, without its value if secret. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const { X4PN_CONFIG: _, ...own } = Object.fromEntries([
    ...Object.entries(
      environment.X4PN_CONFIG ? asConfigError(() => readConfigFile(environment.X4PN_CONFIG ?? '')) : {},
    ),
    ...Object.entries(environment).filter(([name, value]) => name.startsWith('X4PN_') && value),
  ])
  const values = Value.Default(Environment, Value.Convert(Environment, own))
  if (!Value.Check(Environment, values)) throw describe(Value.Errors(Environment, values), own)
  checked('X4PN_POOL4', () => parsePool4(values.X4PN_POOL4))
  checked('X4PN_POOL6', () => parsePool6(values.X4PN_POOL6))
  const exit = checked('X4PN_EXIT_…', () =>
    exitPolicy({
      blockedRanges: values.X4PN_EXIT_BLOCKED_RANGES,
      allowedTcpPorts: values.X4PN_EXIT_TCP_PORTS,
      allowedUdpPorts: values.X4PN_EXIT_UDP_PORTS,
      blockedTcpPorts: values.X4PN_EXIT_BLOCKED_TCP_PORTS,
      blockedUdpPorts: values.X4PN_EXIT_BLOCKED_UDP_PORTS,
    }),
  )
  const upstream = checked('X4PN_DNS_UPSTREAM', () => parseUpstream(values.X4PN_DNS_UPSTREAM))
  const tls = tlsConfig(values)
  return {
    nodeKey: asConfigError(() =>
      readNodeKey({
        key: values.X4PN_NODE_KEY,
        file: values.X4PN_NODE_KEY_FILE,
        passwordFile: values.X4PN_NODE_KEY_PASSWORD_FILE,
        command: values.X4PN_NODE_KEY_COMMAND,
      }),
    ),
    chainId: values.X4PN_CHAIN_ID,
    rpcUrls: values.X4PN_RPC_URLS.split(','),
    sessions: getAddress(values.X4PN_SESSIONS),
    registry: getAddress(values.X4PN_REGISTRY),
    decimals: values.X4PN_TOKEN_DECIMALS,
    apiUrl: values.X4PN_API_URL,
    publicAddress: publicAddress(values.X4PN_API_URL, values.X4PN_PUBLIC_IPV4),
    listen: splitHostPort(values.X4PN_API_LISTEN),
    tls,
    notice: {
      listen: listenOrOff(values.X4PN_NOTICE_LISTEN ?? (tls?.from.kind === 'issuer' ? '0.0.0.0:80' : 'off')),
      abuseContact: values.X4PN_ABUSE_CONTACT,
    },
    operator: listenOrOff(values.X4PN_OPERATOR_LISTEN),
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
    gas: {
      price: BigInt(values.X4PN_MAX_GAS_PRICE),
      urgentPrice: BigInt(values.X4PN_URGENT_GAS_PRICE),
      coinPrice: BigInt(values.X4PN_COIN_PRICE),
      percent: BigInt(values.X4PN_MAX_GAS_PERCENT),
    },
    payOut: { value: BigInt(values.X4PN_PAYOUT_VALUE), ageSeconds: values.X4PN_PAYOUT_AGE },
    headAge: values.X4PN_HEAD_AGE,
    confirmations: values.X4PN_CONFIRMATIONS,
    unconfirmedLimit: BigInt(values.X4PN_UNCONFIRMED_LIMIT),
    limits: {
      perWallet: values.X4PN_SESSIONS_PER_WALLET,
      perAddress: values.X4PN_SESSIONS_PER_ADDRESS,
      callsPerMinute: values.X4PN_CALLS_PER_CLIENT,
    },
    maxSessions: values.X4PN_MAX_SESSIONS,
    requestsPerMinute: values.X4PN_REQUESTS_PER_MINUTE,
    relay: { fee: BigInt(values.X4PN_RELAY_FEE), perHour: values.X4PN_RELAYS_PER_HOUR },
    exitPolicy: exit,
    dns: { mode: values.X4PN_DNS, upstream },
    rates: {
      session: bytesPerSecond(values.X4PN_SESSION_MBIT),
      total: bytesPerSecond(values.X4PN_TOTAL_MBIT),
    },
    logLevel: values.X4PN_LOG_LEVEL,
  }
}

const bytesPerSecond = (mbit: number) => (mbit === 0 ? undefined : mbit * 125_000)

/** Without it a client whose whole traffic goes through the tunnel could neither pay nor leave. */
function publicAddress(apiUrl: string, given: string | undefined): string {
  const { hostname } = new URL(apiUrl)
  const address = isIPv4(hostname) ? hostname : given
  if (address !== undefined && isIPv4(address)) return address
  throw new ConfigError(`X4PN_API_URL names ${hostname}: set X4PN_PUBLIC_IPV4 to its IPv4 address (it is ${given}).`)
}

function tlsConfig(values: Type.Static<typeof Environment>): TlsConfig | undefined {
  const { protocol, hostname } = new URL(values.X4PN_API_URL)
  const { X4PN_TLS_CERTIFICATE_FILE: certificate, X4PN_TLS_KEY_FILE: privateKey } = values
  if ((certificate === undefined) !== (privateKey === undefined)) {
    throw new ConfigError('X4PN_TLS_CERTIFICATE_FILE and X4PN_TLS_KEY_FILE belong together: set both or none.')
  }
  if (protocol === 'http:') {
    if (certificate === undefined) return undefined
    throw new ConfigError(`X4PN_TLS_CERTIFICATE_FILE is of no use for ${values.X4PN_API_URL}: make it https.`)
  }
  const host = hostname.replace(/^\[|\]$/g, '')
  if (certificate !== undefined && privateKey !== undefined) {
    return { host, from: { kind: 'files', certificate, privateKey } }
  }
  const profile = values.X4PN_ACME_PROFILE
  return {
    host,
    from: {
      kind: 'issuer',
      cache: values.X4PN_CERTIFICATE,
      directory: values.X4PN_ACME_DIRECTORY,
      profile: profile === 'none' ? undefined : profile,
      contact: values.X4PN_ACME_CONTACT,
      authorityFile: values.X4PN_ACME_AUTHORITY_FILE,
    },
  }
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

function checked<T>(name: string, check: () => T): T {
  try {
    return check()
  } catch (cause) {
    throw new ConfigError(`${name}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

/** Its errors as the configuration's. */
function asConfigError<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error))
  }
}

const listenOrOff = (value: string): HostPort | undefined => (value === 'off' ? undefined : splitHostPort(value))

function splitHostPort(value: string): HostPort {
  const at = value.lastIndexOf(':')
  return { host: value.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(value.slice(at + 1)) }
}

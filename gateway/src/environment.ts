// The environment variables of the gateway: name, shape, default and meaning of each. The README's table follows them.
import Type from 'typebox'

const address = (description: string) => Type.String({ pattern: '^0x[0-9a-fA-F]{40}$', description })
const integer = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description })
/** With a default. */
const optional = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, default: fallback, description })

const MOST = Number.MAX_SAFE_INTEGER

/** Their values may hold a secret, and no message shows them. */
export const SECRET_VARIABLES: readonly string[] = ['X4PN_NODE_KEY', 'X4PN_RPC_URLS']

export const Environment = Type.Object(
  {
    X4PN_NODE_KEY: Type.Optional(
      Type.String({ pattern: '^0x[0-9a-fA-F]{64}$', description: 'The one secret: 0x and 64 hex digits' }),
    ),
    X4PN_NODE_KEY_FILE: Type.Optional(
      Type.String({ minLength: 1, description: 'Or a file that holds it; one of the two is needed' }),
    ),
    X4PN_CHAIN_ID: integer(1, MOST, 'Chain on which the node is registered'),
    X4PN_RPC_URLS: Type.String({
      pattern: '^https?://[^\\s,]+(,https?://[^\\s,]+)*$',
      description: 'RPC endpoints of that chain, separated by commas; the first that answers is used',
    }),
    X4PN_SESSIONS: address('Contract X4PNVpnSessions'),
    X4PN_REGISTRY: address('Contract X4PNNodeRegistry'),
    X4PN_API_URL: Type.String({
      pattern: '^http://[^/\\s]+$',
      description: 'Public URL of the API as registered, without a trailing slash; http, until the gateway has TLS',
    }),
    X4PN_PUBLIC_IPV4: Type.Optional(
      Type.String({
        pattern: '^\\d{1,3}(\\.\\d{1,3}){3}$',
        description: 'Where X4PN_API_URL has a name: its IPv4 address, at which the API answers inside the tunnel',
      }),
    ),
    X4PN_API_LISTEN: Type.String({
      pattern: '^.+:\\d{1,5}$',
      default: '0.0.0.0:8443',
      description: 'Where the API listens, host:port',
    }),
    X4PN_WIREGUARD_ENDPOINT: Type.String({
      pattern: '^.+:\\d{1,5}$',
      description: 'Public host:port of WireGuard, UDP',
    }),
    X4PN_WIREGUARD_PORT: integer(1, 65535, 'UDP port where WireGuard listens'),
    X4PN_INTERFACE: Type.String({
      pattern: '^[a-z][a-z0-9-]{0,14}$',
      default: 'x4pn0',
      description: 'Name of the WireGuard interface and of the nftables table',
    }),
    X4PN_TUNNEL: Type.Enum(['auto', 'simulated'], {
      default: 'auto',
      description: 'simulated: a tunnel that carries nothing, for development where no real one can be made',
    }),
    X4PN_POOL4: Type.String({ default: '10.64.0.0/10', description: "The clients' IPv4 addresses, /8 to /29" }),
    X4PN_POOL6: Type.String({ default: 'fd58:3450:4e00::/64', description: "The clients' IPv6 addresses, a /64" }),
    X4PN_MTU: optional(1420, 1280, 9000, 'MTU inside the tunnel, bytes'),
    X4PN_JOURNAL: Type.String({
      minLength: 1,
      default: 'journal.jsonl',
      description: 'The journal, on a disk that lasts',
    }),
    X4PN_ALLOWANCE_BYTES: optional(16 * 2 ** 20, 0, 2 ** 40, 'Bytes that may be owed before service is cut'),
    X4PN_MINIMUM_DEPOSIT: optional(10_000, 0, MOST, 'Least unspent deposit of a stream that joins, token base units'),
    X4PN_SETTLE_VALUE: optional(1_000_000, 1, MOST, 'Settle a stream when this much waits, token base units'),
    X4PN_SETTLE_AGE: optional(3600, 1, MOST, 'Or when it has waited this long, seconds'),
    X4PN_MAX_SESSIONS: optional(10_000, 1, 2 ** 22, 'Sessions at once'),
    // Paying at full speed takes about 300.
    X4PN_REQUESTS_PER_MINUTE: optional(
      600,
      60,
      2 ** 31,
      'Requests a minute from one address, IPv6: one /64; joining, leaving, relaying and echo a fifth of it each',
    ),
    X4PN_RELAY_FEE: optional(10_000, 0, MOST, 'Asked for relaying an opening or a withdrawal, token base units'),
    X4PN_RELAYS_PER_HOUR: optional(600, 0, 2 ** 22, 'Transactions relayed in an hour, all wallets together; 0: none'),
    X4PN_LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      default: 'info',
      description: 'JSON lines on standard error',
    }),
  },
  { additionalProperties: false },
)

// The environment variables of the gateway: name, shape, default and meaning of each. The README's table follows them.
import Type from 'typebox'

const address = (description: string) => Type.String({ pattern: '^0x[0-9a-fA-F]{40}$', description })
const integer = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description })
/** With a default. */
const optional = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, default: fallback, description })

/** Separated by commas. */
const list = (description: string) => Type.String({ default: '', description })
const file = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))

const MOST = Number.MAX_SAFE_INTEGER

/** Their values may hold a secret, and no message shows them. */
export const SECRET_VARIABLES: readonly string[] = ['X4PN_NODE_KEY', 'X4PN_NODE_KEY_COMMAND', 'X4PN_RPC_URLS']

export const Environment = Type.Object(
  {
    X4PN_NODE_KEY: Type.Optional(
      Type.String({ pattern: '^0x[0-9a-fA-F]{64}$', description: 'The one secret: 0x and 64 hex digits' }),
    ),
    X4PN_NODE_KEY_FILE: Type.Optional(
      Type.String({ minLength: 1, description: 'Or a file that holds it, as it is or as a web3 keystore (version 3)' }),
    ),
    X4PN_NODE_KEY_PASSWORD_FILE: Type.Optional(
      Type.String({ minLength: 1, description: 'A file with the password of that keystore' }),
    ),
    X4PN_NODE_KEY_COMMAND: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Or a program that prints it, with its arguments, run without a shell; one of the three is needed',
      }),
    ),
    X4PN_CHAIN_ID: integer(1, MOST, 'Chain on which the node is registered'),
    X4PN_RPC_URLS: Type.String({
      pattern: '^https?://[^\\s,]+(,https?://[^\\s,]+)*$',
      description:
        'RPC endpoints of that chain, separated by commas: the healthy and quick ones first; with three or more what they say of streams is compared',
    }),
    X4PN_SESSIONS: address('Contract X4PNVpnSessions'),
    X4PN_REGISTRY: address('Contract X4PNNodeRegistry'),
    X4PN_TOKEN_DECIMALS: optional(6, 0, 18, "The token's decimals: USDC has 6, on BSC 18; passes are priced by it"),
    X4PN_API_URL: Type.String({
      pattern: '^https?://[^/\\s]+$',
      description: 'Public URL of the API as registered, without a trailing slash; with http no HTTPS page can call it',
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
    X4PN_TLS_CERTIFICATE_FILE: file(
      'Certificate of your own with its chain, PEM, read anew when it changes; else one is asked for by ACME',
    ),
    X4PN_TLS_KEY_FILE: file('Its private key, PEM'),
    X4PN_CERTIFICATE: Type.String({
      minLength: 1,
      default: 'certificate.json',
      description: 'Keeps the certificate over a restart, on a disk that lasts',
    }),
    X4PN_ACME_DIRECTORY: Type.String({
      pattern: '^https://\\S+$',
      default: 'https://acme-v02.api.letsencrypt.org/directory',
      description: 'Issuer of certificates (ACME); using it accepts its terms of service',
    }),
    X4PN_ACME_PROFILE: Type.String({
      pattern: '^[a-zA-Z0-9-]+$',
      default: 'shortlived',
      description: "The issuer's profile; Let's Encrypt gives addresses `shortlived` only; none: the issuer's default",
    }),
    X4PN_ACME_CONTACT: Type.Optional(
      Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', description: 'Mail address for the issuer' }),
    ),
    X4PN_ACME_AUTHORITY_FILE: file("Authority of a private issuer's own HTTPS, PEM"),
    X4PN_NOTICE_LISTEN: Type.Optional(
      Type.String({
        pattern: '^(off|.+:\\d{1,5})$',
        description:
          'Plain HTTP for the exit notice and for the proof that ACME wants, which must be reachable at port 80, host:port; off: none. 0.0.0.0:80 where ACME is used, else off',
      }),
    ),
    X4PN_ABUSE_CONTACT: Type.Optional(
      Type.String({
        minLength: 3,
        maxLength: 200,
        description: 'Mail address or URL for complaints, on the exit notice',
      }),
    ),
    X4PN_OPERATOR_LISTEN: Type.String({
      pattern: '^(off|.+:\\d{1,5})$',
      default: '127.0.0.1:9464',
      description:
        '`/metrics` (Prometheus), `/healthz`, `/readyz` and `drain`, for the operator alone, host:port; off: none',
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
    X4PN_MAX_GAS_PRICE: optional(
      500_000_000_000,
      1,
      MOST,
      'Most that a unit of gas may cost a settlement, wei (10⁻¹⁸ coins)',
    ),
    X4PN_URGENT_GAS_PRICE: optional(
      2_000_000_000_000,
      1,
      MOST,
      'The same for streams that were stopped, whose money is lost when the challenge window ends',
    ),
    X4PN_COIN_PRICE: optional(
      0,
      0,
      MOST,
      "What one of the chain's coins is worth, token base units; 0: unknown, gas is not held against the value settled",
    ),
    X4PN_MAX_GAS_PERCENT: optional(
      10,
      1,
      100,
      'Most that the gas of a settlement may cost, percent of its value; for stopped streams 100',
    ),
    X4PN_PAYOUT_VALUE: optional(
      0,
      0,
      MOST,
      'Pay the balance out to the operator when it has reached this, token base units; 0: not by value',
    ),
    X4PN_PAYOUT_AGE: optional(0, 0, MOST, 'Or when it has waited this long, seconds; 0: not by age'),
    X4PN_HEAD_AGE: optional(
      600,
      0,
      MOST,
      'An RPC endpoint whose newest block is older decides nothing, seconds; 0: any age, for chains that make blocks on demand',
    ),
    X4PN_CONFIRMATIONS: optional(12, 0, 100, 'Blocks after which no reorganisation is expected; 0: none is expected'),
    X4PN_UNCONFIRMED_LIMIT: optional(
      1_000_000,
      0,
      MOST,
      'How much of a deposit that is not confirmed yet is served, token base units',
    ),
    X4PN_SESSIONS_PER_WALLET: optional(16, 1, 2 ** 22, 'Sessions of one wallet at once'),
    X4PN_SESSIONS_PER_ADDRESS: optional(
      64,
      1,
      2 ** 22,
      'Sessions that joined from one IPv4 address, or one IPv6 /64, at once',
    ),
    X4PN_CALLS_PER_CLIENT: optional(
      240,
      1,
      2 ** 22,
      'RPC calls that one address, or one IPv6 /64, may cause in a minute by joining and leaving',
    ),
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
    X4PN_EXIT_BLOCKED_RANGES: list('Ranges blocked beside the mandatory ones, CIDR of either family'),
    X4PN_EXIT_TCP_PORTS: list('The only TCP ports that clients reach, like 53,80,443 or 6881-6999; empty: all'),
    X4PN_EXIT_UDP_PORTS: list('The only UDP ports that clients reach; empty: all'),
    X4PN_EXIT_BLOCKED_TCP_PORTS: list('TCP ports blocked beside those of mail'),
    X4PN_EXIT_BLOCKED_UDP_PORTS: list('UDP ports blocked'),
    X4PN_DNS: Type.Enum(['unbound', 'off'], {
      default: 'unbound',
      description: 'The resolver inside the tunnel, which the gateway starts; off: clients keep their own',
    }),
    X4PN_DNS_UPSTREAM: list('Resolvers that unbound asks, address or address@port; empty: the root servers'),
    X4PN_SESSION_MBIT: optional(
      0,
      0,
      1_000_000,
      'The most that one session gets, both ways together, Mbit/s; 0: no limit',
    ),
    X4PN_TOTAL_MBIT: optional(
      0,
      0,
      1_000_000,
      'Shared fairly by all sessions, both ways together, Mbit/s; 0: no limit',
    ),
    X4PN_LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      default: 'info',
      description: 'JSON lines on standard error',
    }),
  },
  { additionalProperties: false },
)

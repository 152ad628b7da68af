// GET /v1/info: what the node offers, signed by the node key (EIP-712 `NodeStatement`).
import Type from 'typebox'
import { Address, Amount, Bytes32, Signature, UnixSeconds } from './scalars.ts'

const Ranges = (description: string) => Type.Array(Type.String({ maxLength: 49 }), { maxItems: 1024, description })
const Ports = (description: string) =>
  Type.Array(Type.String({ pattern: '^\\d{1,5}(-\\d{1,5})?$' }), { maxItems: 1024, description })

/** What the exit lets through. keccak256 of it, as `exitPolicyHash` of @x4pn/contracts makes it, is signed and on chain. */
const ExitPolicy = Type.Object({
  blocked4: Ranges('IPv4 ranges that nobody reaches'),
  blocked6: Ranges('IPv6 ranges that nobody reaches'),
  protocols: Type.Array(Type.String({ maxLength: 16 }), { maxItems: 16, description: 'Nothing beside these passes' }),
  allowedTcpPorts: Ports('Empty: all but the blocked ones'),
  allowedUdpPorts: Ports('Empty: all but the blocked ones'),
  blockedTcpPorts: Ports('Blocked whatever is allowed'),
  blockedUdpPorts: Ports('Blocked whatever is allowed'),
})

export const NodeInfo = Type.Object({
  node: Address,
  chainId: Type.Integer({ minimum: 1 }),
  sessions: Address,
  registry: Address,
  apiUrl: Type.String({ description: 'As registered on chain, without a trailing slash' }),
  wireguardKey: Bytes32,
  wireguardEndpoint: Type.String({ description: 'host:port, UDP' }),
  pricePerGiB: Amount,
  pricePerHour: Amount,
  /** Service goes on while owed − min(best claim, deposit) ≤ allowance. */
  allowance: Amount,
  minimumDeposit: Amount,
  relayFee: Amount,
  /** Not signed: what it says costs a client at worst some seconds of service. */
  confirmations: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Blocks after which all of a deposit is served; not signed' }),
  ),
  unconfirmedLimit: Type.Optional(
    Type.String({
      pattern: '^\\d+$',
      description: 'Token base units of a younger deposit that are served; not signed',
    }),
  ),
  exitPolicyHash: Bytes32,
  /** Not signed itself: its hash is. */
  exitPolicy: ExitPolicy,
  expiry: UnixSeconds,
  signature: Signature,
  simulated: Type.Boolean({ description: 'True: this node makes no real tunnel (development only)' }),
})
export type NodeInfo = Type.Static<typeof NodeInfo>

/** GET /v1/nonce: 16 alphanumeric characters and more, valid for some minutes, stored nowhere. */
export const NonceResponse = Type.Object({
  nonce: Type.String({ pattern: '^[a-zA-Z0-9]{16,128}$' }),
  expiresAt: UnixSeconds,
})
export type NonceResponse = Type.Static<typeof NonceResponse>

/** GET /v1/echo?nonce=…: the caller's address as the node sees it, signed (EIP-712 `Echo`). */
export const EchoQuery = Type.Object({
  nonce: Type.String({
    minLength: 1,
    maxLength: 64,
    pattern: '^[a-zA-Z0-9_-]+$',
    description: "The caller's own, so that an old answer cannot pass",
  }),
})
export const EchoResponse = Type.Object({
  node: Address,
  caller: Type.String({ description: 'IPv4 or IPv6 address' }),
  nonce: Type.String(),
  signedAt: UnixSeconds,
  signature: Signature,
})
export type EchoResponse = Type.Static<typeof EchoResponse>

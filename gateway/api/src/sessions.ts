// POST /v1/sessions (join, re-join, rotate the WireGuard key) and POST /v1/sessions/{stream}/leave.
import Type from 'typebox'
import { ReceiptItem } from './receipts.ts'
import { Address, Amount, Bytes32, Rate, Signature, UnixSeconds } from './scalars.ts'
import { SignedCounters, Usage } from './usage.ts'

const signIn = {
  message: Type.String({
    minLength: 1,
    maxLength: 4096,
    description: 'EIP-4361, with the resources of @x4pn/contracts',
  }),
  signature: Signature,
  user: Address,
  sessionKey: Address,
}

export const JoinRequest = Type.Object({ ...signIn, wireguardKey: Bytes32 })
export type JoinRequest = Type.Static<typeof JoinRequest>

export const JoinResponse = Type.Object({
  stream: Bytes32,
  /** A complete configuration but for the client's private key. */
  wireguard: Type.Object({
    address4: Type.String({ description: "The client's, with /32. `assignment` signs it without" }),
    address6: Type.String({ description: "The client's, with /128. `assignment` signs it without" }),
    serverKey: Bytes32,
    endpoint: Type.String(),
    allowedIps: Type.Array(Type.String()),
    dns: Type.Array(Type.String(), { description: 'Empty: keep your own resolvers' }),
    mtu: Type.Integer({ minimum: 1280 }),
    persistentKeepalive: Type.Integer({ minimum: 0, description: 'Seconds' }),
  }),
  /**
   * EIP-712 `Assignment`, so that a client can bring its addresses back. What is signed are the bare addresses, exactly
   * as in `wireguard` up to the slash: `10.64.0.2`, not `10.64.0.2/32`.
   */
  assignment: Type.Object(
    { signedAt: UnixSeconds, signature: Signature },
    { description: 'EIP-712 Assignment(stream, wireguardKey, address4, address6, signedAt), addresses without prefix' },
  ),
  /** Fixed for this session from now on. `passRate`: the least rate of a lease. */
  terms: Type.Object({ pricePerGiB: Amount, allowance: Amount, passRate: Type.Optional(Rate) }),
  /** For the usage stream. */
  token: Type.String(),
  usage: Usage,
  simulated: Type.Boolean(),
})
export type JoinResponse = Type.Static<typeof JoinResponse>

/**
 * With a final receipt that claims what was used, the node releases what was signed ahead: it takes it in place of the
 * best one if it is no more than the allowance below what is owed.
 */
export const LeaveRequest = Type.Object({ ...signIn, receipt: Type.Optional(ReceiptItem) })
export type LeaveRequest = Type.Static<typeof LeaveRequest>

/** The last counters, and the node's word that it will claim no more than `maxClaim` (EIP-712 `Release`). */
export const LeaveResponse = Type.Object({
  counters: SignedCounters,
  release: Type.Object({ maxClaim: Amount, deposit: Amount, deadline: UnixSeconds, signature: Signature }),
})
export type LeaveResponse = Type.Static<typeof LeaveResponse>

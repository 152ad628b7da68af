// Joining: reserve, journal, add the peer; undo all on any failure. Joining again and rotating the key likewise.
import { costOfBytes, type JoinResponse, rateOfPass } from '@x4pn/gateway-api'
import { ApiError } from '../api-error.ts'
import { unixSeconds } from '../clock.ts'
import type { Gateway } from '../gateway.ts'
import type { SignInRecord } from '../journal/records.ts'
import { checkSignIn, type SignIn, type SignInRequest } from '../sign-in/check-sign-in.ts'
import { createToken } from '../sign-in/token.ts'
import { address6Of, parsePool4, parsePool6, pickAddress4 } from './addresses.ts'
import { peerOf } from './peer.ts'
import { type Session, type StreamState, usageOf } from './session.ts'

export type JoinSignIn = SignInRequest & Required<Pick<SignInRequest, 'wireguardKey'>>

/** Runs in turn for each stream. */
export async function join(gateway: Gateway, request: JoinSignIn): Promise<JoinResponse> {
  const signIn = await checkSignIn(request, { ...gateway, now: gateway.clock() })
  const known = gateway.sessions.get(signIn.stream)
  const session = known ? await joinAgain(gateway, known, signIn, request) : await joinFirst(gateway, signIn, request)
  return answer(gateway, session)
}

/** The chain's word on a stream that wants service. */
export function requireOpen(state: StreamState | undefined): StreamState {
  if (!state) throw new ApiError('STREAM_UNFUNDED')
  if (state.closed) throw new ApiError('STREAM_CLOSED')
  if (state.stoppedAt !== 0) throw new ApiError('STREAM_STOPPED')
  return state
}

/** Asks a smart account for its word, where the signature was not simply the address's own. */
export async function requireProof(gateway: Gateway, signIn: SignIn, request: SignInRequest): Promise<void> {
  if (signIn.proven || (await gateway.chain.vouches(signIn.address, request.message, request.signature))) return
  throw new ApiError('SIGNIN_BAD_SIGNATURE', signIn.address)
}

async function joinFirst(gateway: Gateway, signIn: SignIn, request: JoinSignIn): Promise<Session> {
  const { chain, config, sessions, journal, tunnel, record, health } = gateway
  if (health.draining) throw new ApiError('NODE_DRAINING')
  const state = requireOpen(await chain.stream(signIn.stream))
  await requireProof(gateway, signIn, request)
  if (!record) throw new ApiError('CHAIN_UNAVAILABLE', 'the prices were never read from the registry')
  if (state.deposit - state.settled < config.minimumDeposit) {
    throw new ApiError('STREAM_DEPOSIT_TOO_SMALL', `${state.deposit - state.settled} of ${config.minimumDeposit}`)
  }
  // No await from the checks of what is free to taking it.
  requireFreeKey(gateway, request)
  const address6 = address6Of(signIn.stream, parsePool6(config.pool6))
  const address4 = pickAddress4(signIn.stream, parsePool4(config.pool4), (address) => sessions.hasAddress(address))
  if (sessions.size >= config.maxSessions || address4 === undefined || sessions.hasAddress(address6)) {
    throw new ApiError('CAPACITY_FULL')
  }
  const { pricePerGiB } = record
  const session: Session = {
    stream: signIn.stream,
    user: request.user,
    sessionKey: request.sessionKey,
    terms: {
      pricePerGiB,
      allowance: costOfBytes(config.allowanceBytes, pricePerGiB),
      passRate: rateOfPass(record.pricePerHour, config.decimals),
      decimals: config.decimals,
    },
    address4,
    address6,
    wireguardKey: request.wireguardKey,
    signedInAt: signIn.issuedAt,
    chain: state,
    // What was paid before a loss of the journal has been used.
    usedBytes: bytesPaid(state.settled, pricePerGiB),
    lastHandshake: 0,
  }
  sessions.add(session)
  try {
    await journal.append(recordOf(session, signIn, request))
    await changeTunnel(tunnel.add(peerOf(session)))
    if (sessions.get(session.stream) !== session) {
      await changeTunnel(tunnel.remove(peerOf(session)))
      throw new ApiError('STREAM_CLOSED', 'it was closed on chain while it joined')
    }
  } catch (error) {
    sessions.remove(session)
    await journal
      .append({ type: 'forgotten', stream: session.stream, acceptedAt: gateway.clock() })
      .catch((cause: unknown) => gateway.log.error({ error: String(cause) }, 'an undone join was not recorded'))
    throw error
  }
  gateway.log.info({ stream: session.stream, sessions: sessions.size, simulated: tunnel.simulated }, 'joined')
  return session
}

async function joinAgain(gateway: Gateway, session: Session, signIn: SignIn, request: JoinSignIn): Promise<Session> {
  const { sessions, journal, tunnel, log } = gateway
  if (session.left) throw new ApiError('STREAM_LEFT')
  await requireProof(gateway, signIn, request)
  requireOpen(session.chain)
  const oldKey = session.wireguardKey
  if (oldKey === request.wireguardKey) return session
  if (signIn.issuedAt <= session.signedInAt) throw new ApiError('SIGNIN_SUPERSEDED')
  requireFreeKey(gateway, request)
  sessions.rotateKey(session, request.wireguardKey)
  try {
    // The tunnel first: it can be turned back, what is written down cannot. The session is metered under either key.
    await changeTunnel(tunnel.rotateKey(peerOf(session), oldKey))
    await journal.append(recordOf(session, signIn, request)).catch(async (error: unknown) => {
      await tunnel
        .rotateKey({ ...peerOf(session), wireguardKey: oldKey }, request.wireguardKey)
        .catch((cause: unknown) => log.error({ error: String(cause) }, 'a rotation was not undone'))
      throw error
    })
  } catch (error) {
    sessions.rotateKey(session, oldKey)
    throw error
  }
  session.signedInAt = signIn.issuedAt
  log.info({ stream: session.stream }, 'WireGuard key rotated')
  return session
}

function requireFreeKey({ sessions, keys }: Gateway, { wireguardKey }: JoinSignIn): void {
  if (sessions.byWireguardKey(wireguardKey) || wireguardKey === keys.wireguard.publicKey) {
    throw new ApiError('WIREGUARD_KEY_TAKEN', wireguardKey)
  }
}

function changeTunnel(change: Promise<void>): Promise<void> {
  return change.catch((cause: unknown) => {
    throw new ApiError('TUNNEL_UNAVAILABLE', undefined, { cause })
  })
}

function recordOf(session: Session, signIn: SignIn, request: JoinSignIn): SignInRecord {
  const { message, signature, user, sessionKey, wireguardKey, domain } = request
  const { stream, address4, terms, usedBytes } = session
  const { deposit, settled } = session.chain
  return {
    type: 'signIn',
    stream,
    issuedAt: signIn.issuedAt,
    message,
    signature,
    user,
    sessionKey,
    wireguardKey,
    domain,
    address4,
    ...terms,
    deposit,
    settled,
    usedBytes,
    acceptedAt: signIn.checkedAt,
  }
}

function bytesPaid(settled: bigint, pricePerGiB: bigint): bigint {
  return pricePerGiB === 0n ? 0n : (settled * 2n ** 30n) / pricePerGiB
}

async function answer(gateway: Gateway, session: Session): Promise<JoinResponse> {
  const { config, keys, clock, statements, tunnel, resolver } = gateway
  return {
    stream: session.stream,
    wireguard: {
      address4: `${session.address4}/32`,
      address6: `${session.address6}/128`,
      serverKey: keys.wireguard.publicKey,
      endpoint: config.wireguard.endpoint,
      allowedIps: ['0.0.0.0/0', '::/0'],
      dns: resolver.addresses(),
      mtu: config.wireguard.mtu,
      persistentKeepalive: 25,
    },
    assignment: await statements.assignment(session),
    terms: {
      pricePerGiB: String(session.terms.pricePerGiB),
      allowance: String(session.terms.allowance),
      passRate: String(session.terms.passRate),
    },
    token: createToken(keys.tokenKey, session.stream, unixSeconds(clock)),
    usage: usageOf(session, clock()),
    simulated: tunnel.simulated,
  }
}

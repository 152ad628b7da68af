// Joining: reserve, journal, add the peer; undo all on any failure. Joining again and rotating the key likewise.
import { costOfBytes, type JoinResponse, rateOfPass } from '@x4pn/gateway-api'
import { ApiError } from '../api-error.ts'
import { unixSeconds } from '../clock.ts'
import type { Gateway } from '../gateway.ts'
import type { SignInRecord } from '../journal/records.ts'
import { checkSignIn, type SignIn, type SignInRequest } from '../sign-in/check-sign-in.ts'
import { createToken } from '../sign-in/token.ts'
import { requireDeposit } from './admission/deposit.ts'
import { requireWithinLimits } from './admission/limits.ts'
import { requireNode } from './admission/node.ts'
import { requireProof } from './admission/proof.ts'
import { requireFreeKey, requireRoom } from './admission/room.ts'
import { requireOpen } from './admission/stream-open.ts'
import type { CreditWriter } from './credit.ts'
import { peerOf } from './peer.ts'
import { type Session, usageOf, type Vouched } from './session.ts'

/** `client` as `clientOf` says. */
export type JoinSignIn = SignInRequest & Required<Pick<SignInRequest, 'wireguardKey'>> & { client: string }

/** Runs in turn for each stream. */
export async function join(gateway: Gateway, credit: CreditWriter, request: JoinSignIn): Promise<JoinResponse> {
  const signIn = await checkSignIn(request, { ...gateway, now: gateway.clock() })
  const known = gateway.sessions.get(signIn.stream)
  const session = known
    ? await joinAgain(gateway, credit, known, signIn, request)
    : await joinFirst(gateway, signIn, request)
  return answer(gateway, session)
}

async function joinFirst(gateway: Gateway, signIn: SignIn, request: JoinSignIn): Promise<Session> {
  const { chain, clients, config, sessions, journal, tunnel } = gateway
  const { user, client, wireguardKey } = request
  // What costs nothing comes before the first question to the chain, and once more after the last one.
  const requireFree = () => {
    requireWithinLimits(gateway, user, client)
    requireFreeKey(gateway, wireguardKey)
    return { record: requireNode(gateway), ...requireRoom(gateway, signIn.stream) }
  }
  requireFree()
  clients.spend(client, 1)
  const state = requireOpen(await chain.stream(signIn.stream))
  requireDeposit(state, config.minimumDeposit)
  const vouched = await requireProof(gateway, signIn, request)
  // No await from here to taking it.
  const { record, address4, address6 } = requireFree()
  const { pricePerGiB } = record
  const session: Session = {
    stream: signIn.stream,
    user,
    sessionKey: request.sessionKey,
    terms: {
      pricePerGiB,
      allowance: costOfBytes(config.allowanceBytes, pricePerGiB),
      passRate: rateOfPass(record.pricePerHour, config.decimals),
      decimals: config.decimals,
    },
    address4,
    address6,
    wireguardKey,
    signedInAt: signIn.issuedAt,
    chain: state,
    // What was paid before a loss of the journal has been used.
    usedBytes: bytesPaid(state.settled, pricePerGiB),
    lastHandshake: 0,
    recheckAt: 'next',
    ...(vouched ? { vouched } : {}),
  }
  sessions.add(session)
  clients.add(client, session)
  try {
    await journal.append(recordOf(gateway, session, signIn, request))
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

async function joinAgain(
  gateway: Gateway,
  credit: CreditWriter,
  session: Session,
  signIn: SignIn,
  request: JoinSignIn,
): Promise<Session> {
  const { sessions, journal, tunnel, log } = gateway
  if (session.left) throw new ApiError('STREAM_LEFT')
  const vouched = await requireProof(gateway, signIn, request)
  requireOpen(session.chain)
  const oldKey = session.wireguardKey
  if (oldKey === request.wireguardKey) {
    signedInBy(gateway, credit, session, vouched)
    return session
  }
  if (signIn.issuedAt <= session.signedInAt) throw new ApiError('SIGNIN_SUPERSEDED')
  requireFreeKey(gateway, request.wireguardKey)
  sessions.rotateKey(session, request.wireguardKey)
  try {
    // The tunnel first: it can be turned back, what is written down cannot. The session is metered under either key.
    await changeTunnel(tunnel.rotateKey(peerOf(session), oldKey))
    await journal.append(recordOf(gateway, session, signIn, request)).catch(async (error: unknown) => {
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
  signedInBy(gateway, credit, session, vouched)
  log.info({ stream: session.stream }, 'WireGuard key rotated')
  return session
}

/** From now on this sign-in governs: an account that vouched is asked again, one that did not is not. */
function signedInBy({ log }: Gateway, credit: CreditWriter, session: Session, vouched: Vouched | undefined): void {
  const wasRevoked = session.vouched?.revoked
  if (vouched) session.vouched = vouched
  else delete session.vouched
  if (!wasRevoked) return
  credit.changed(session)
  log.info({ stream: session.stream }, 'signed in anew: served again')
}

function changeTunnel(change: Promise<void>): Promise<void> {
  return change.catch((cause: unknown) => {
    throw new ApiError('TUNNEL_UNAVAILABLE', undefined, { cause })
  })
}

function recordOf({ clock }: Gateway, session: Session, signIn: SignIn, request: JoinSignIn): SignInRecord {
  const { message, signature, user, sessionKey, wireguardKey } = request
  const { stream, address4, terms, usedBytes } = session
  const { deposit, settled } = session.chain
  return {
    type: 'signIn',
    stream,
    issuedAt: signIn.issuedAt,
    message,
    signature,
    proven: signIn.proven,
    user,
    sessionKey,
    wireguardKey,
    address4,
    ...terms,
    deposit,
    settled,
    usedBytes,
    acceptedAt: clock(),
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

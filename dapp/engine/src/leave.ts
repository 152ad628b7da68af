// Leaves a node: signs in to leave, and checks that the last counters and the release are the node's.
import { nodeTypes, sessionsDomain, sessionsTypes, signReceipt } from '@x4pn/contracts'
import { costOfBytes, type LeaveResponse, type ReceiptItem } from '@x4pn/gateway-api'
import { type Hex, hashTypedData } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { EngineError } from './errors.ts'
import type { GatewayClient } from './gateway-client.ts'
import { sessionsContext } from './network.ts'
import type { StreamIdentity } from './records.ts'
import { isSignedBy } from './recover-signer.ts'
import { type SignInSigner, signerOf, signInMessage } from './sign-in.ts'

/** Bytes, token base units for 2^30 bytes, token base units. */
export type FinalCount = { usedBytes: bigint; pricePerGiB: bigint; lastSigned: bigint }

export type LeaveOptions = {
  stream: StreamIdentity & { sessionPrivateKey?: Hex }
  gateway: GatewayClient
  /** The session key by default; the wallet where that is lost. */
  signer?: SignInSigner
  /** `location.origin`; leave it out where there is no page. */
  origin?: string
  /**
   * The last count, and what was signed last (both of the payer): then a final receipt goes along that claims what was
   * used and no more, so that an honest node gives back what was signed ahead. Needs the session key.
   */
  final?: FinalCount
  /** Unix milliseconds. */
  now?: () => number
}

/** Afterwards the node never serves this stream again. Keep the answer: with it `closeCooperative` refunds at once. */
export async function leave(options: LeaveOptions): Promise<LeaveResponse> {
  const { stream, gateway, origin, now = Date.now } = options
  const signer = signerOf(stream, options.signer)
  const { nonce } = await gateway.nonce()
  const message = signInMessage({
    chainId: stream.chainId,
    apiUrl: gateway.apiUrl,
    binding: { action: 'leave', node: stream.node, stream: stream.stream },
    nonce,
    address: signer.address,
    origin,
    now: now(),
  })
  const { user, sessionKey } = stream
  const signature = await signer.signMessage(message)
  const receipt = await finalReceipt(options)
  const answer = await gateway.leave(stream.stream, {
    message,
    signature,
    user,
    sessionKey,
    ...(receipt ? { receipt } : {}),
  })
  await checkCounters(answer.counters, stream)
  await checkRelease(answer.release, stream)
  return answer
}

/** What the final receipt claims: what was used, and never more than was signed before, so that it costs nothing. */
export function finalClaim({ usedBytes, pricePerGiB, lastSigned }: FinalCount): bigint {
  const owed = costOfBytes(usedBytes, pricePerGiB)
  return owed < lastSigned ? owed : lastSigned
}

async function finalReceipt({ stream, final }: LeaveOptions): Promise<ReceiptItem | undefined> {
  if (!final || !stream.sessionPrivateKey) return undefined
  const cumulative = finalClaim(final)
  const { user, node } = stream
  const claim = { user, node, cumulative, rate: 0n, start: 0, until: 0 }
  const account = privateKeyToAccount(stream.sessionPrivateKey)
  const { signature } = await signReceipt(account, sessionsContext(stream), claim)
  return { user, cumulative: cumulative.toString(), rate: '0', start: 0, until: 0, signature }
}

async function checkCounters(counters: LeaveResponse['counters'], stream: StreamIdentity): Promise<void> {
  const hash = hashTypedData({
    domain: sessionsDomain(sessionsContext(stream)),
    types: nodeTypes,
    primaryType: 'Counters',
    message: {
      stream: stream.stream,
      usedBytes: BigInt(counters.usedBytes),
      owed: BigInt(counters.owed),
      lastHandshake: counters.lastHandshake,
      signedAt: counters.signedAt,
    },
  })
  const ours = counters.stream.toLowerCase() === stream.stream
  if (!ours || !(await isSignedBy(stream.node, hash, counters.signature))) {
    throw new EngineError('COUNTERS_INVALID', { details: counters.stream })
  }
}

async function checkRelease(release: LeaveResponse['release'], stream: StreamIdentity): Promise<void> {
  const hash = hashTypedData({
    domain: sessionsDomain(sessionsContext(stream)),
    types: sessionsTypes,
    primaryType: 'Release',
    message: {
      user: stream.user,
      node: stream.node,
      sessionKey: stream.sessionKey,
      maxClaim: BigInt(release.maxClaim),
      deposit: BigInt(release.deposit),
      deadline: release.deadline,
    },
  })
  if (!(await isSignedBy(stream.node, hash, release.signature))) {
    throw new EngineError('RELEASE_INVALID', { details: `${release.maxClaim} of ${release.deposit}` })
  }
}

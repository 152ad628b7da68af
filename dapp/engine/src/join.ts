// Joins a node: signs in, takes the configuration, and checks that it is the node's and no worse than agreed.
import { nodeTypes, sessionsDomain } from '@x4pn/contracts'
import type { JoinResponse, Usage } from '@x4pn/gateway-api'
import { hashTypedData } from 'viem'
import { EngineError } from './errors.ts'
import type { GatewayClient } from './gateway-client.ts'
import { sessionsContext } from './network.ts'
import type { SessionRecord, StreamIdentity, StreamRecord } from './records.ts'
import { isSignedBy } from './recover-signer.ts'
import type { WireguardKeys } from './session-key.ts'
import { type SignInSigner, signerOf, signInMessage } from './sign-in.ts'
import { carriesAllTraffic, type Tunnel, toTunnel } from './tunnel.ts'
import type { VerifiedNode } from './verify-node.ts'

export type JoinOptions = {
  stream: StreamRecord
  /** Of `verifyNode`, just now. */
  node: VerifiedNode
  gateway: GatewayClient
  keys: WireguardKeys
  /** Token base units for 2^30 bytes: what the person saw. The registry's price by default. */
  agreedPricePerGiB?: bigint
  signer?: SignInSigner
  /** `location.origin`; leave it out where there is no page. */
  origin?: string
  /** Unix milliseconds. */
  now?: () => number
}

/** Also joins again, and with other WireGuard keys: the later sign-in counts. */
export async function join(options: JoinOptions): Promise<{ session: SessionRecord; usage: Usage }> {
  const { stream, node, gateway, keys, origin, now = Date.now } = options
  const signer = signerOf(stream, options.signer)
  const { nonce } = await gateway.nonce()
  const message = signInMessage({
    chainId: stream.chainId,
    apiUrl: gateway.apiUrl,
    binding: { action: 'join', node: stream.node, stream: stream.stream, wireguardKey: keys.publicKey },
    nonce,
    address: signer.address,
    origin,
    now: now(),
  })
  const answer = await gateway.join({
    message,
    signature: await signer.signMessage(message),
    user: stream.user,
    sessionKey: stream.sessionKey,
    wireguardKey: keys.publicKey,
  })
  checkAgreement(answer, options)
  const tunnel = toTunnel(keys, answer.wireguard)
  if (!carriesAllTraffic(tunnel)) {
    throw new EngineError('JOIN_ROUTES_INCOMPLETE', { details: tunnel.allowedIps.join(', ') })
  }
  await checkAssignment(answer, stream, tunnel)
  const { assignment, terms, token, simulated, usage } = answer
  const simulatedTunnel = simulated || node.info.simulated
  return {
    session: { ...stream, apiUrl: gateway.apiUrl, tunnel, assignment, terms, token, simulated: simulatedTunnel },
    usage,
  }
}

function checkAgreement(answer: JoinResponse, { stream, node, agreedPricePerGiB }: JoinOptions): void {
  const { info, listed } = node
  if (answer.stream.toLowerCase() !== stream.stream || answer.usage.stream.toLowerCase() !== stream.stream) {
    throw new EngineError('JOIN_STREAM_MISMATCH', { details: answer.stream })
  }
  // The statement's key is the one that the registry commits to: another one would be another exit.
  const { serverKey, endpoint } = answer.wireguard
  if (serverKey.toLowerCase() !== info.wireguardKey.toLowerCase() || endpoint !== info.wireguardEndpoint) {
    throw new EngineError('JOIN_SERVER_MISMATCH', { details: `${serverKey} at ${endpoint}` })
  }
  const most = agreedPricePerGiB ?? listed.pricePerGiB
  if (BigInt(answer.terms.pricePerGiB) > most) {
    throw new EngineError('JOIN_TERMS_WORSE', { details: `${answer.terms.pricePerGiB} per GiB, agreed ${most}` })
  }
}

async function checkAssignment(answer: JoinResponse, stream: StreamIdentity, tunnel: Tunnel): Promise<void> {
  const { signedAt, signature } = answer.assignment
  const hash = hashTypedData({
    domain: sessionsDomain(sessionsContext(stream)),
    types: nodeTypes,
    primaryType: 'Assignment',
    message: {
      stream: stream.stream,
      wireguardKey: tunnel.publicKey,
      address4: tunnel.address4,
      address6: tunnel.address6,
      signedAt,
    },
  })
  if (!(await isSignedBy(stream.node, hash, signature))) {
    throw new EngineError('ASSIGNMENT_INVALID', { details: `${tunnel.address4}, ${tunnel.address6}` })
  }
}

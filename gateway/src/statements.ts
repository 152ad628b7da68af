// What the node key says to clients, each under its own EIP-712 type in the sessions contract's domain.
import { exitPolicyHash, nodeTypes, sessionsDomain, sessionsTypes } from '@x4pn/contracts'
import type { EchoResponse, NodeInfo, SignedCounters } from '@x4pn/gateway-api'
import type { Address, Hex } from 'viem'
import { type Clock, unixSeconds } from './clock.ts'
import type { Config } from './config.ts'
import { structDigest } from './crypto/struct-digest.ts'
import type { NodeKeys } from './keys.ts'
import { owed, type Session, type Terms } from './sessions/session.ts'

/** Seconds that a node statement is good for. */
const STATEMENT_LIFETIME = 3600
/** Seconds that a release may be used on chain; the contract takes at most ten minutes. */
const RELEASE_LIFETIME = 540

/** By what is said. */
const digestsFor = ({ chainId, sessions }: Config) => {
  const domain = sessionsDomain({ chainId, contract: sessions })
  return {
    nodeStatement: structDigest(domain, nodeTypes, 'NodeStatement'),
    assignment: structDigest(domain, nodeTypes, 'Assignment'),
    counters: structDigest(domain, nodeTypes, 'Counters'),
    release: structDigest(domain, sessionsTypes, 'Release'),
    echo: structDigest(domain, nodeTypes, 'Echo'),
  }
}

export class Statements {
  readonly #config: Config
  readonly #keys: NodeKeys
  readonly #clock: Clock
  readonly #digests: ReturnType<typeof digestsFor>

  constructor(config: Config, keys: NodeKeys, clock: Clock) {
    this.#config = config
    this.#keys = keys
    this.#clock = clock
    this.#digests = digestsFor(config)
  }

  async info(
    prices: { pricePerGiB: bigint; pricePerHour: bigint },
    { allowance }: Pick<Terms, 'allowance'>,
    simulated: boolean,
  ): Promise<NodeInfo> {
    const { config, node } = { config: this.#config, node: this.#keys.account.address }
    const message = {
      node,
      registry: config.registry,
      apiUrl: config.apiUrl,
      wireguardKey: this.#keys.wireguard.publicKey,
      wireguardEndpoint: config.wireguard.endpoint,
      pricePerGiB: prices.pricePerGiB,
      pricePerHour: prices.pricePerHour,
      allowance,
      minimumDeposit: config.minimumDeposit,
      relayFee: config.relay.fee,
      exitPolicyHash: exitPolicyHash(config.exitPolicy),
      expiry: this.#now() + STATEMENT_LIFETIME,
    }
    const signature = this.#keys.sign(this.#digests.nodeStatement(message))
    return {
      ...message,
      exitPolicy: config.exitPolicy,
      chainId: config.chainId,
      sessions: config.sessions,
      pricePerGiB: String(message.pricePerGiB),
      pricePerHour: String(message.pricePerHour),
      allowance: String(message.allowance),
      minimumDeposit: String(message.minimumDeposit),
      relayFee: String(message.relayFee),
      confirmations: config.confirmations,
      unconfirmedLimit: String(config.unconfirmedLimit),
      signature,
      simulated,
    }
  }

  async assignment(session: Session): Promise<{ signedAt: number; signature: Hex }> {
    const signedAt = this.#now()
    const { stream, wireguardKey, address4, address6 } = session
    const signature = this.#keys.sign(this.#digests.assignment({ stream, wireguardKey, address4, address6, signedAt }))
    return { signedAt, signature }
  }

  async counters(session: Session): Promise<SignedCounters> {
    const { stream, usedBytes, lastHandshake } = session
    const message = { stream, usedBytes, owed: owed(session), lastHandshake, signedAt: this.#now() }
    const signature = this.#keys.sign(this.#digests.counters(message))
    return { ...message, usedBytes: String(usedBytes), owed: String(message.owed), signature }
  }

  /** The node's word that it claims no more than `maxClaim`; void once the deposit is another. */
  async release(session: Session, maxClaim: bigint): Promise<{ deposit: bigint; deadline: number; signature: Hex }> {
    const { user, sessionKey, chain } = session
    const deadline = this.#now() + RELEASE_LIFETIME
    const signature = this.#keys.sign(
      this.#digests.release({
        user,
        node: this.#keys.account.address,
        sessionKey,
        maxClaim,
        deposit: chain.deposit,
        deadline,
      }),
    )
    return { deposit: chain.deposit, deadline, signature }
  }

  async echo(caller: string, nonce: string): Promise<EchoResponse> {
    const message = { node: this.#keys.account.address as Address, caller, nonce, signedAt: this.#now() }
    const signature = this.#keys.sign(this.#digests.echo(message))
    return { ...message, signature }
  }

  #now = () => unixSeconds(this.#clock)
}

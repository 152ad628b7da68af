// A client without a tunnel: joins, rotates its WireGuard key and pays over HTTP, and remembers what was asked and what
// was acknowledged. Between the two lies whatever a crash cut off.
import { randomBytes } from 'node:crypto'
import { type Receipt, signInResources, signInStatements, signReceipt, streamId } from '@x4pn/contracts'
import type { JoinResponse, NonceResponse, ReceiptItem, ReceiptsResponse, Usage } from '@x4pn/gateway-api'
import { type Address, type Hash, type Hex, toHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { createSiweMessage } from 'viem/siwe'

const PATIENCE = 5_000

type Node = { apiUrl: string; node: Address; chainId: number; sessions: Address }

export class LightClient {
  readonly #node: Node
  readonly #account = privateKeyToAccount(generatePrivateKey())
  readonly user: Address
  readonly stream: Hash
  /** WireGuard keys in the order in which they were asked for; from `acknowledgedKey` on each may be in force. */
  readonly askedKeys: Hex[] = []
  acknowledgedKey: Hex | undefined
  address4: string | undefined
  /** Token base units. */
  signed = 0n
  acknowledged = 0n

  constructor(node: Node, user: Address) {
    this.#node = node
    this.user = user
    this.stream = streamId({ user, node: node.node, sessionKey: this.sessionKey })
  }

  get sessionKey(): Address {
    return this.#account.address
  }

  /** Joins, or rotates the key of the stream that has joined. */
  async join(): Promise<void> {
    const { apiUrl, node, chainId } = this.#node
    const wireguardKey = toHex(randomBytes(32))
    const { nonce } = await this.#ask<NonceResponse>('/v1/nonce')
    const now = new Date()
    const message = createSiweMessage({
      domain: new URL(apiUrl).host,
      address: this.sessionKey,
      statement: signInStatements.join,
      uri: apiUrl,
      version: '1',
      chainId,
      nonce,
      issuedAt: now,
      expirationTime: new Date(now.getTime() + 300_000),
      resources: signInResources({ action: 'join', node, stream: this.stream, wireguardKey }),
    })
    const signature = await this.#account.signMessage({ message })
    const { user, sessionKey } = this
    this.askedKeys.push(wireguardKey)
    const { wireguard } = await this.#ask<JoinResponse>('/v1/sessions', {
      message,
      signature,
      user,
      sessionKey,
      wireguardKey,
    })
    this.acknowledgedKey = wireguardKey
    this.address4 = wireguard.address4
  }

  async pay(more: bigint): Promise<void> {
    const cumulative = this.signed + more
    this.signed = cumulative
    await this.usage(cumulative)
    if (cumulative > this.acknowledged) this.acknowledged = cumulative
  }

  /** What the gateway says; a receipt over nothing changes nothing. */
  async usage(cumulative = 0n): Promise<Usage> {
    const { node, chainId, sessions } = this.#node
    const claim: Receipt = { user: this.user, node, cumulative, rate: 0n, start: 0, until: 0 }
    const { signature } = await signReceipt(this.#account, { chainId, contract: sessions }, claim)
    const item: ReceiptItem = {
      user: this.user,
      cumulative: String(cumulative),
      rate: '0',
      start: 0,
      until: 0,
      signature,
    }
    const { results } = await this.#ask<ReceiptsResponse>('/v1/receipts', { receipts: [item] })
    const [result] = results
    if (!result || 'error' in result) throw new Error(JSON.stringify(result))
    return result.usage
  }

  async #ask<Answer>(path: string, body?: unknown): Promise<Answer> {
    const signal = AbortSignal.timeout(PATIENCE)
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const answer = await fetch(`${this.#node.apiUrl}${path}`, body === undefined ? { signal } : { ...post, signal })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Answer
  }
}

// The one that pays: listens to the node's events, signs, re-joins when the node has forgotten, leaves when asked.
import {
  askEcho,
  checkStatement,
  createPayer,
  EngineError,
  finalClaim,
  type GatewayClient,
  GatewayError,
  gatewayClient,
  join,
  leave,
  type Payer,
  type PayerReport,
  publicClientFor,
  readStream,
  type SessionRecord,
  usageStream,
  type VerifiedNode,
  verifyNode,
} from '@x4pn/client'
import type { ReceiptItem, Usage } from '@x4pn/gateway-api'
import type { PublicClient } from 'viem'
import { LOCAL_CHAIN_ID } from '../network/link.ts'
import { problemOf } from '../problem.ts'
import { connections, listedOf } from '../vault/connections.ts'
import type { Command, SessionState, StartMessage } from './protocol.ts'

/** The node speaks five times a second. Silent for this long, a full tunnel has come up or gone down under the page. */
const SILENCE_MS = 1_000
/** Between two looks at which way the traffic goes, while the node's events come. */
const ECHO_INTERVAL_MS = 4_000
const RETRY_MS = 2_000
/** What a node says of a stream that will never be served again. */
const OVER = ['STREAM_LEFT', 'STREAM_STOPPED', 'STREAM_CLOSED']

export class SessionOwner {
  readonly #start: StartMessage
  readonly #publish: (state: SessionState) => void
  readonly #client: PublicClient
  readonly #ended = new AbortController()
  #session: SessionRecord
  #receipt: ReceiptItem | undefined
  #device: 'this' | 'other'
  #gateway: GatewayClient
  #payer: Payer | undefined
  #state: SessionState
  #echoAt = Number.NEGATIVE_INFINITY
  #last: { bytes: bigint; at: number } | undefined
  #leaving = false

  constructor(start: StartMessage, publish: (state: SessionState) => void) {
    this.#start = start
    this.#publish = publish
    this.#client = publicClientFor(start.network)
    this.#session = start.session
    this.#receipt = start.receipt
    this.#device = start.connection.device
    this.#gateway = gatewayClient({ apiUrl: start.session.apiUrl, signal: this.#ended.signal })
    this.#state = {
      phase: 'connecting',
      lastSigned: start.receipt?.cumulative ?? '0',
      deposit: start.connection.deposit,
      bytesPerSecond: 0,
    }
  }

  obey(command: Command): void {
    switch (command.type) {
      case 'hello':
        this.#publish(this.#state)
        break
      case 'device':
        this.#device = command.device
        break
      case 'readDeposit':
        void this.#readDeposit()
        break
      case 'leave':
        void this.#leave()
        break
      case 'end':
        this.#ended.abort()
    }
  }

  /** Until the stream is over. */
  async run(): Promise<void> {
    const { stream } = this.#session
    // Another tab's worker may have gone further than this page knew when it started us.
    this.#session = (await connections.session(stream)) ?? this.#session
    this.#receipt = (await connections.receipt(stream)) ?? this.#receipt
    // Waiting for the lock may have taken long: what has been decided meanwhile counts.
    const connection = await connections.read(stream)
    if (connection?.done) return
    this.#device = connection?.device ?? this.#device
    if (await connections.leaving(stream)) this.#tell({ phase: 'left' })
    this.#tell({})
    const signal = this.#ended.signal
    // Not waited for: behind a tunnel that was cut the chain is reached only once something has been paid.
    void this.#readDeposit()
    while (!signal.aborted) {
      // Nothing more to pay, until the page has seen the refund.
      if (this.#state.phase === 'left') await new Promise((ended) => signal.addEventListener('abort', ended))
      else await this.#pay()
    }
  }

  async #pay(): Promise<void> {
    const session = this.#session
    this.#payer = createPayer({
      session,
      gateway: this.#gateway,
      lastReceipt: this.#receipt,
      store: async (receipt) => {
        await connections.writeReceipt(session.stream, receipt)
        this.#receipt = receipt
      },
      deposit: () => BigInt(this.#state.deposit),
      tunnelSeen: (usage) => this.#tunnelSeen(usage),
      onReport: (report) => this.#report(report),
    })
    if (this.#leaving) this.#payer.pause()
    try {
      const events = usageStream({
        session,
        signal: this.#ended.signal,
        silenceMs: SILENCE_MS,
        onReopen: () => {
          // Which way the traffic goes may be what has changed.
          this.#echoAt = Number.NEGATIVE_INFINITY
          this.#tell({ silentSince: this.#state.silentSince ?? Date.now() })
        },
      })
      await this.#payer.run(this.#watched(events))
    } catch (error) {
      await this.#recover(error)
    }
  }

  async *#watched(events: AsyncIterable<Usage>): AsyncGenerator<Usage> {
    for await (const usage of events) {
      this.#measure(usage)
      void this.#lookAround()
      yield usage
    }
  }

  /** The node has forgotten us, or the token is too old: join again. Anything else is tried again later. */
  async #recover(error: unknown): Promise<void> {
    if (this.#state.phase === 'left') return
    const forgotten = error instanceof GatewayError && ['TOKEN_INVALID', 'STREAM_NOT_JOINED'].includes(error.code)
    try {
      if (forgotten && !this.#leaving) return await this.#rejoin()
      this.#tell({ problem: problemOf(error) })
    } catch (cause) {
      // Left, stopped or closed from elsewhere, or before the answer came: nothing more is paid, the chain says the rest.
      if (cause instanceof GatewayError && OVER.includes(cause.code)) {
        this.#tell({ phase: 'left', bytesPerSecond: 0 })
        return
      }
      this.#tell({ problem: problemOf(cause) })
    }
    await new Promise((later) => setTimeout(later, RETRY_MS))
  }

  async #rejoin(): Promise<void> {
    const { deployment } = this.#start.network
    const { tunnel, terms, node: id } = this.#session
    const node = await verifyNode({ client: this.#client, deployment, node: id }).catch((error: unknown) => {
      if (error instanceof EngineError && error.code === 'CHAIN_UNREACHABLE') return this.#knownNode()
      throw error
    })
    const { session } = await join({
      stream: this.#session,
      node,
      gateway: this.#gateway,
      keys: { privateKey: tunnel.privateKey, publicKey: tunnel.publicKey },
      agreedPricePerGiB: BigInt(terms.pricePerGiB),
      origin: location.origin,
    })
    await connections.writeSession(session)
    this.#session = session
  }

  /** As the chain had it when the person agreed: a tunnel that was cut reaches the node, and no chain. */
  async #knownNode(): Promise<VerifiedNode> {
    const info = await this.#gateway.info()
    const listed = listedOf(this.#start.connection.node)
    await checkStatement(info, listed, this.#start.network.deployment, Date.now())
    return { listed, info }
  }

  /** No tunnel, no charge: on this device the node must see us come out of the tunnel; on another, its handshake counts. */
  async #tunnelSeen(usage: Usage): Promise<boolean> {
    // Only where the node said so before the deposit, and only where nothing is real.
    if (this.#session.simulated && this.#session.chainId === LOCAL_CHAIN_ID) return true
    if (this.#device === 'other') return usage.lastHandshake > 0
    await this.#lookAround()
    return this.#state.throughTunnel === true
  }

  /** Asks the node from which address we come: from the tunnel's, or from the outside. */
  async #lookAround(): Promise<void> {
    const now = performance.now()
    if (this.#device === 'other' || now - this.#echoAt < ECHO_INTERVAL_MS) return
    this.#echoAt = now
    const { address4, address6 } = this.#session.tunnel
    try {
      const seen = await askEcho(this.#gateway, this.#start.network.deployment, this.#session.node)
      this.#tell({ throughTunnel: seen === address4 || seen === address6 })
    } catch {
      // Ask again with the next event.
      this.#echoAt = Number.NEGATIVE_INFINITY
    }
  }

  #measure({ usedBytes }: Usage): void {
    const now = performance.now()
    const bytes = BigInt(usedBytes)
    const last = this.#last
    // An event comes early after a receipt: a rate over less than half a second would jump about.
    if (last && now - last.at < 500) return
    if (last) this.#state.bytesPerSecond = (Number(bytes - last.bytes) * 1000) / (now - last.at)
    this.#last = { bytes, at: now }
  }

  #report({ outcome, usage, lastSigned, error }: PayerReport): void {
    const { problem: _, silentSince: __, ...state } = this.#state
    this.#state = { ...state, usage, lastSigned: String(lastSigned) }
    const paying = BigInt(usage.usedBytes) > 0n && lastSigned > 0n
    const phase = !usage.served ? 'cut' : paying ? 'paying' : 'waiting'
    this.#tell({
      ...(outcome === 'failed' ? { problem: problemOf(error) } : {}),
      ...(this.#leaving ? {} : { phase }),
    })
  }

  async #leave(): Promise<void> {
    if (this.#leaving) return
    this.#leaving = true
    this.#payer?.pause()
    this.#tell({ phase: 'leaving' })
    try {
      const { usage } = this.#state
      const final = usage && {
        usedBytes: BigInt(usage.usedBytes),
        pricePerGiB: BigInt(this.#session.terms.pricePerGiB),
        lastSigned: BigInt(this.#state.lastSigned),
      }
      const { release, counters } = await leave({
        stream: this.#session,
        gateway: this.#gateway,
        origin: location.origin,
        ...(final ? { final } : {}),
      })
      await connections.writeLeaving(this.#session.stream, { release, counters, receipt: this.#receipt })
      this.#tell({ phase: 'left', bytesPerSecond: 0, ...(final ? { lastSigned: String(finalClaim(final)) } : {}) })
    } catch (error) {
      if (error instanceof GatewayError && OVER.includes(error.code)) {
        this.#tell({ phase: 'left', bytesPerSecond: 0 })
        return
      }
      this.#leaving = false
      this.#payer?.resume()
      this.#tell({ phase: 'connecting', problem: problemOf(error) })
    }
  }

  async #readDeposit(): Promise<void> {
    try {
      const { deployment } = this.#start.network
      const { deposit } = await readStream(this.#client, deployment, this.#session.stream)
      if (deposit > 0n) this.#tell({ deposit: String(deposit) })
    } catch {
      // What was known goes on being the limit.
    }
  }

  #tell(change: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...change }
    this.#publish(this.#state)
  }
}

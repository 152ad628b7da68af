// A registered gateway in this process, and what a client does with it over HTTP.
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { type Receipt, type SignInAction, signReceipt } from '@x4pn/contracts'
import type {
  JoinResponse,
  LeaveResponse,
  NonceResponse,
  ReceiptItem,
  ReceiptsResponse,
  Usage,
} from '@x4pn/gateway-api'
import { type Hex, type LocalAccount, toHex } from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import { readConfig } from '../config.ts'
import { Journal } from '../journal/journal.ts'
import type { JournalRecord } from '../journal/records.ts'
import { deriveJournalKey, deriveKeys } from '../keys.ts'
import { type Parts, type RunningGateway, startGateway } from '../start.ts'
import { freePort } from './free-port.ts'
import { HandTunnel } from './hand-tunnel.ts'
import { type Answer, ask, type Failure } from './http.ts'
import type { TestNetwork, TestStream } from './network.ts'
import { registerNode } from './register.ts'
import { type MessageFields, messageFields, writeMessage } from './sign-in-message.ts'

export const MIB = 2n ** 20n

export const randomKey = (): Hex => toHex(crypto.getRandomValues(new Uint8Array(32)))

export type SignInOptions = {
  signer?: Pick<LocalAccount, 'address'> & { signMessage: (message: { message: string }) => Promise<Hex> }
  wireguardKey?: Hex
  /** What the message says, where it is not what the request is about. */
  fields?: Partial<MessageFields>
  /** What the request carries instead. */
  body?: Record<string, unknown>
  origin?: string
  /** The client's address, one of loopback's. */
  from?: string
  action?: SignInAction
}
export type TestGatewayOptions = { env?: Record<string, string>; parts?: Parts }
export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>

export async function startTestGateway(network: TestNetwork, { env = {}, parts = {} }: TestGatewayOptions = {}) {
  const folder = await mkdtemp(joinPath(tmpdir(), 'x4pn-gateway-'))
  const nodeKey = generatePrivateKey()
  const { account } = deriveKeys(nodeKey)
  const port = await freePort()
  const apiUrl = `http://127.0.0.1:${port}`
  const { chainId, sessions, registry } = network.deployment
  const config = readConfig({
    X4PN_NODE_KEY: nodeKey,
    X4PN_CHAIN_ID: String(chainId),
    X4PN_RPC_URLS: network.rpc.url,
    X4PN_SESSIONS: sessions,
    X4PN_REGISTRY: registry,
    X4PN_API_URL: apiUrl,
    X4PN_API_LISTEN: `127.0.0.1:${port}`,
    X4PN_WIREGUARD_ENDPOINT: '192.0.2.1:51820',
    X4PN_WIREGUARD_PORT: '51820',
    X4PN_JOURNAL: joinPath(folder, 'journal.jsonl'),
    X4PN_ALLOWANCE_BYTES: String(MIB),
    X4PN_LOG_LEVEL: 'silent',
    // anvil makes a block when there is a transaction.
    X4PN_HEAD_AGE: '0',
    // One wallet and one address are all clients of a test.
    X4PN_SESSIONS_PER_WALLET: '1000',
    X4PN_SESSIONS_PER_ADDRESS: '1000',
    X4PN_CALLS_PER_CLIENT: '10000',
    X4PN_OPERATOR_LISTEN: 'off',
    ...env,
  })
  const tunnel = new HandTunnel()
  await registerNode(network, config, deriveKeys(nodeKey))
  let running: RunningGateway | undefined = await startGateway(config, { tunnel, ...parts })
  /** It has read its prices from the chain. */
  const ready = () => until(async () => (await ask(`${apiUrl}/v1/info`)).status === 200)
  await ready()

  /** The body of a join or a leave, right in every field that the options leave alone. */
  async function signIn(stream: TestStream, action: SignInAction, options: SignInOptions = {}) {
    const { signer = stream.session, wireguardKey = randomKey(), fields, body } = options
    const { nonce } = (await ask<NonceResponse>(`${apiUrl}/v1/nonce`)).body
    const common = { node: account.address, stream: stream.stream }
    const binding = action === 'join' ? { action, ...common, wireguardKey } : { action, ...common }
    const now = (parts.clock ?? Date.now)()
    const right = messageFields(binding, { apiUrl, chainId, nonce, address: signer.address, now })
    const message = writeMessage({ ...right, ...fields })
    const signature = await signer.signMessage({ message })
    const { user, sessionKey } = stream
    return { message, signature, user, sessionKey, ...(action === 'join' ? { wireguardKey } : {}), ...body }
  }

  const headersOf = (origin: string | undefined) => (origin === undefined ? {} : { headers: { origin } })

  const post = {
    join: (body: unknown, origin?: string, from = '127.0.0.1') =>
      ask<JoinResponse & Failure>(`${apiUrl}/v1/sessions`, { body, from, ...headersOf(origin) }),
    leave: ({ stream }: TestStream, body: unknown, origin?: string) =>
      ask<LeaveResponse & Failure>(`${apiUrl}/v1/sessions/${stream}/leave`, { body, ...headersOf(origin) }),
    receipts: (receipts: readonly unknown[]) =>
      ask<ReceiptsResponse & Failure>(`${apiUrl}/v1/receipts`, { body: { receipts } }),
  }

  async function receipt(stream: TestStream, cumulative: bigint, change: Partial<Receipt> = {}, context = {}) {
    const claim = { user: stream.user, node: account.address, cumulative, rate: 0n, start: 0, until: 0, ...change }
    const signed = await signReceipt(stream.session, { chainId, contract: sessions, ...context }, claim)
    const { user, rate, start, until, signature } = signed
    return { user, cumulative: String(signed.cumulative), rate: String(rate), start, until, signature } as ReceiptItem
  }

  return {
    node: account.address,
    apiUrl,
    config,
    tunnel,
    folder,
    post,
    ready,
    signIn,
    receipt,
    join: async (stream: TestStream, options?: SignInOptions) =>
      post.join(await signIn(stream, 'join', options), options?.origin, options?.from),
    leave: async (stream: TestStream, options?: SignInOptions) =>
      post.leave(stream, await signIn(stream, 'leave', options), options?.origin),
    /** One receipt: the usage after it, or the error. */
    pay: async (stream: TestStream, cumulative: bigint): Promise<Usage> => {
      const { status, body } = await post.receipts([await receipt(stream, cumulative)])
      const [result] = status === 200 ? body.results : []
      if (!result || 'error' in result) throw new Error(JSON.stringify(result ?? body))
      return result.usage
    },
    /** What is on disk. */
    journal: async (): Promise<JournalRecord[]> =>
      (await Journal.read(config.journal, deriveJournalKey(config))).records,
    /** As a crash would leave it: what is on disk at this moment. */
    copyJournal: (): Promise<void> => copyFile(config.journal, `${config.journal}.copy`),
    /** Ends it, and starts it again: from the copy, if one was made, as if it had been killed then. */
    async restart(change: { env?: Partial<typeof config>; parts?: Parts } = {}): Promise<void> {
      await running?.stop()
      running = undefined
      await copyFile(`${config.journal}.copy`, config.journal).catch(() => {})
      running = await startGateway({ ...config, ...change.env }, { tunnel, ...parts, ...change.parts })
    },
    drained: (): Promise<void> => running?.drained ?? Promise.reject(new Error('it does not run')),
    halt: async (): Promise<void> => {
      await running?.stop()
      running = undefined
    },
    stop: async (): Promise<void> => {
      await running?.stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** What an answer says: `ok`, or the code of its error. */
export const outcome = ({ status, body }: Answer<unknown>): string =>
  status === 200 ? 'ok' : ((body as Failure | undefined)?.error.code ?? String(status))

/** Asks again until it is true; throws when it is not within a minute: patience, for a machine that does much else. */
export async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`not within a minute: ${isTrue}`)
    await new Promise((next) => setTimeout(next, 50))
  }
}

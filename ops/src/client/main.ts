// The user's side, in a namespace of its own: the client engine, wg-quick, and traffic. Obeys commands on its channel.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import * as engine from '@x4pn/client'
import type { Usage } from '@x4pn/gateway-api'
import { createWalletClient, http as httpTransport } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { localChain } from '../local/chain.ts'
import { createFreshFetch } from './fresh-fetch.ts'
import type { Answer, ClientSettings, CommandName, Commands, Question } from './protocol.ts'
import { echoes, reaches } from './reach.ts'
import { resolve } from './resolve.ts'
import { askCaller, download, keepDownloading, progress, upload } from './traffic.ts'
import { tunnelDown, tunnelUp } from './wg-quick.ts'

const settings = JSON.parse(process.argv[2] ?? '') as ClientSettings
const { network, interfaceName, folder, serverUrl } = settings
const [rpcUrl = ''] = network.rpcUrls
const account = privateKeyToAccount(settings.privateKey)
const client = engine.publicClientFor(network)
const wallet = createWalletClient({ account, chain: localChain(rpcUrl), transport: httpTransport(rpcUrl) })
const walletContext = { client, wallet, deployment: network.deployment }

let node: engine.VerifiedNode | undefined
let stream: engine.StreamRecord | undefined
let session: engine.SessionRecord | undefined
let deposit = 0n
let payer: engine.Payer | undefined
let latest: Usage | undefined
/** Somebody beyond the node has answered: the tunnel works. */
let answered = false
const outcomes: Record<string, number> = {}
const problems: string[] = []
const stopped = new AbortController()

let transfers = new AbortController()
const limit = (timeout: number) => AbortSignal.any([transfers.signal, AbortSignal.timeout(timeout)])

const need = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`${what} first`)
  return value
}
const http = createFreshFetch()
const gateway = () => engine.gatewayClient({ apiUrl: need(node, 'discover').listed.apiUrl, fetch: http.fetch })

/** At once: the kernel answers from memory, and a thread that waits for it would cost more than the answer. */
function interfaceCount(): { rx: bigint; tx: bigint } {
  const read = (name: string) =>
    BigInt(readFileSync(`/sys/class/net/${interfaceName}/statistics/${name}`, 'utf8').trim())
  return { rx: read('rx_bytes'), tx: read('tx_bytes') }
}

const handlers: { [Name in CommandName]: (...args: Commands[Name]['args']) => Promise<Commands[Name]['answer']> } = {
  async discover() {
    const { nodes, source } = await engine.discoverNodes({ network, client })
    const [listed] = nodes
    if (!listed) throw new Error('no node is listed')
    node = await engine.verifyNode({ client, deployment: network.deployment, node: listed.node })
    return { node: listed.node, source, listed: nodes.length }
  },
  async open(amount) {
    const identity = engine.createStream(network, { user: account.address, node: need(node, 'discover').listed.node })
    await engine.open(walletContext, identity, BigInt(amount))
    stream = identity
    deposit = BigInt(amount)
    return { stream: identity.stream, sessionKey: identity.sessionKey, deposit: amount }
  },
  async join() {
    const keys = await engine.createWireguardKeys()
    const joined = await engine.join({
      stream: need(stream, 'open'),
      node: need(node, 'discover'),
      gateway: gateway(),
      keys,
    })
    session = joined.session
    latest = joined.usage
    const { address4, address6 } = session.tunnel
    return { simulated: session.simulated, address4, address6, config: engine.wireguardConfig(session.tunnel) }
  },
  async tunnelUp() {
    await tunnelUp(folder, interfaceName, engine.wireguardConfig(need(session, 'join').tunnel))
    http.dropConnections()
    return null
  },
  async tunnelDown() {
    await tunnelDown(folder, interfaceName)
    http.dropConnections()
    return null
  },
  async startPaying() {
    const joined = need(session, 'join')
    payer = engine.createPayer({
      session: joined,
      gateway: gateway(),
      store: () => {},
      deposit: () => deposit,
      tunnelSeen: () => joined.simulated || answered,
      ...(joined.simulated
        ? {}
        : {
            localBytes: async () => {
              const { rx, tx } = interfaceCount()
              return rx + tx
            },
          }),
      onReport: ({ outcome, usage, error }) => {
        latest = usage
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
        if (error) problems.push(String(error))
      },
    })
    const events = engine.usageStream({ session: joined, signal: stopped.signal, fetch: http.fetch })
    payer.run(events).catch((error: unknown) => problems.push(String(error)))
    return null
  },
  async pausePaying() {
    need(payer, 'startPaying').pause()
    return null
  },
  async resumePaying() {
    need(payer, 'startPaying').resume()
    return null
  },
  async payOnce() {
    const { outcome, lastSigned } = await need(payer, 'startPaying').payOnce()
    return { outcome, lastSigned: String(lastSigned) }
  },
  async payState() {
    const lastSigned = String(payer?.lastSigned() ?? 0n)
    return { lastSigned, ...(latest ? { usage: latest } : {}), problems: problems.slice(-5), outcomes }
  },
  async firstByte() {
    const answer = await askCaller(serverUrl)
    answered = true
    return answer
  },
  download: (bytes, timeout) => download(serverUrl, bytes, limit(timeout)),
  downloadFrom: (url, bytes, timeout) => download(url, bytes, limit(timeout)),
  keepDownloading: (silence) => keepDownloading(serverUrl, silence, transfers.signal),
  caller: askCaller,
  upload: (bytes, timeout) => upload(serverUrl, bytes, limit(timeout)),
  progress: async () => progress(),
  async cancelTransfers() {
    transfers.abort()
    transfers = new AbortController()
    return null
  },
  async interfaceCount() {
    const { rx, tx } = interfaceCount()
    return { rx: String(rx), tx: String(tx) }
  },
  reaches,
  echoes,
  resolve,
  async resolveMany(name, server, times) {
    const answers = await Promise.all(Array.from({ length: times }, () => resolve(name, 4, server)))
    return answers.filter(({ addresses }) => addresses.length > 0).length
  },
  async callApi(path) {
    const { apiUrl } = need(node, 'discover').listed
    const { status } = await http.fetch(apiUrl + path, { signal: AbortSignal.timeout(3_000) })
    return { status }
  },
  async leave() {
    const joined = need(session, 'join')
    const final = {
      usedBytes: BigInt(latest?.usedBytes ?? 0),
      pricePerGiB: BigInt(joined.terms.pricePerGiB),
      lastSigned: payer?.lastSigned() ?? 0n,
    }
    const answer = await engine.leave({ stream: joined, gateway: gateway(), final })
    return { usedBytes: answer.counters.usedBytes, finalClaim: String(engine.finalClaim(final)) }
  },
  async freeBalance() {
    return { balance: String(await engine.readFreeBalance(client, network.deployment, account.address)) }
  },
  async withdraw(amount) {
    await engine.withdraw(walletContext, account.address, BigInt(amount))
    return null
  },
}

async function obey(question: Question): Promise<Answer> {
  try {
    const handler = handlers[question.name] as (...args: unknown[]) => Promise<unknown>
    return { id: question.id, value: await handler(...question.args) }
  } catch (error) {
    const code = error instanceof engine.EngineError ? error.code : undefined
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''
    return {
      id: question.id,
      error: `${error instanceof Error ? error.message : error}${cause}`,
      ...(code ? { code } : {}),
    }
  }
}

if (process.send) {
  process.on('message', (question: Question) => {
    void obey(question).then((answer) => process.send?.(answer))
  })
} else {
  // In a container there is no channel: one line of JSON a question, one an answer.
  createInterface({ input: process.stdin }).on('line', (line) => {
    void obey(JSON.parse(line) as Question).then((answer) => process.stdout.write(`${JSON.stringify(answer)}\n`))
  })
}
process.on('SIGTERM', () => {
  stopped.abort()
  void tunnelDown(folder, interfaceName).finally(() => process.exit(0))
})

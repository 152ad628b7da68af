// The workers of this page: one for each session, whatever screen is shown, until the stream is over.
import type { Network } from '@x4pn/client'
import type { Hash } from 'viem'
import { belongsTo } from '../vault/belongs-to.ts'
import { type Connection, connections } from '../vault/connections.ts'
import { type ChannelMessage, type Command, channelName, type SessionState, type StartMessage } from './protocol.ts'

const workers = new Map<Hash, Worker>()

/** Starts paying for a joined session, unless this page does already. */
export async function startSession(network: Network, connection: Connection): Promise<void> {
  const { stream } = connection.stream
  const session = await connections.session(stream)
  if (!session || workers.has(stream)) return
  const worker = new Worker(new URL('./payer.worker.ts', import.meta.url), { type: 'module' })
  workers.set(stream, worker)
  const message: StartMessage = { network, connection, session, receipt: await connections.receipt(stream) }
  worker.postMessage(message)
}

/** Every session that is not over: a page that comes back goes on paying at once. */
export async function resumeSessions(network: Network): Promise<void> {
  for (const connection of await connections.list()) {
    if (!connection.done && belongsTo(connection, network)) await startSession(network, connection)
  }
}

export function command(stream: Hash, what: Command): void {
  const channel = new BroadcastChannel(channelName(stream))
  channel.postMessage({ to: 'owner', command: what } satisfies ChannelMessage)
  channel.close()
}

/** Ends the worker, wherever it is. */
export function endSession(stream: Hash): void {
  command(stream, { type: 'end' })
  workers.get(stream)?.terminate()
  workers.delete(stream)
}

/** Tells every state of a stream's owner. @returns what ends it. */
export function watchSession(stream: Hash, take: (state: SessionState) => void): () => void {
  const channel = new BroadcastChannel(channelName(stream))
  channel.addEventListener('message', ({ data }: MessageEvent<ChannelMessage>) => {
    if (data.to === 'pages') take(data.state)
  })
  channel.postMessage({ to: 'owner', command: { type: 'hello' } } satisfies ChannelMessage)
  return () => channel.close()
}

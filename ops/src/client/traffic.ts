// Moves bytes to and from the server behind the gateway, and counts what arrived even when it was ended early.
import { connect } from 'node:net'
import { addAbortSignal, Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { Agent, request } from 'undici'
import type { Download, Progress, Transfer } from './protocol.ts'

const chunk = Buffer.alloc(64 * 1024)
const ENDLESS = 8 * 2 ** 30
/** Milliseconds. */
const CONNECT_TIMEOUT = 10_000

/** undici gives up after five minutes of silence by default; here silence is what some tests wait for. */
const agent = () => new Agent({ bodyTimeout: 0, headersTimeout: 0, connect: { timeout: CONNECT_TIMEOUT } })

/** Who the server says is calling: over a connection of its own, since an old one may have died unnoticed in a cut. */
export async function askCaller(serverUrl: string): Promise<{ caller: string }> {
  const dispatcher = agent()
  try {
    const { body } = await request(`${serverUrl}/who`, { dispatcher, signal: AbortSignal.timeout(10_000) })
    return (await body.json()) as { caller: string }
  } finally {
    await dispatcher.destroy()
  }
}

/** The download that began last. */
let running = { bytes: 0, lastAt: 0, longestGap: 0 }

export function progress(): Progress {
  const at = performance.now()
  const longestGap = Math.max(running.longestGap, at - running.lastAt)
  running = { ...running, longestGap: 0 }
  return { bytes: running.bytes, at, longestGap }
}

export async function download(serverUrl: string, bytes: number, signal: AbortSignal): Promise<Download> {
  const started = performance.now()
  let received = 0
  let last = started
  let longestGap = 0
  running = { bytes: 0, lastAt: started, longestGap: 0 }
  const take = (count: number) => {
    const now = performance.now()
    if (received > 0) longestGap = Math.max(longestGap, now - last)
    received += count
    running.bytes = received
    running.longestGap = Math.max(running.longestGap, now - last)
    running.lastAt = now
    last = now
    return received < bytes
  }
  try {
    await receive(new URL(`${serverUrl}/down/${bytes}`), take, signal)
  } catch (error) {
    if (!wasEnded(error)) throw error
  }
  // The silence at the end is one too, if it was not all that was asked for.
  if (received > 0 && received < bytes) longestGap = Math.max(longestGap, performance.now() - last)
  return {
    bytes: received,
    milliseconds: Math.round(last - started),
    complete: received === bytes,
    longestGap: Math.round(longestGap),
  }
}

/**
 * A GET by hand, into the same memory again and again: every HTTP client allocates what comes, and collecting it took an
 * eighth of the processor that a tunnel under measurement needs.
 * @param take Is told how many bytes of the body came; false ends it.
 */
function receive({ hostname, port, host, pathname }: URL, take: (count: number) => boolean, signal: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const buffer = Buffer.allocUnsafe(chunk.length)
  /** Undefined when it is over. */
  let head: string | undefined = ''
  const callback = (count: number): boolean => {
    let body = count
    if (head !== undefined) {
      head += buffer.toString('latin1', 0, count)
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return true
      if (!head.startsWith('HTTP/1.1 200 ')) {
        socket.destroy(new Error(`${host} answered ${head.split('\r')[0]}`))
        return false
      }
      body = head.length - end - 4
      head = undefined
    }
    if (body > 0 && !take(body)) {
      resolve()
      socket.destroy()
    }
    return true
  }
  const name = hostname.replace(/^\[|\]$/g, '')
  const socket = connect({ host: name, port: Number(port || 80), onread: { buffer, callback } })
  addAbortSignal(signal, socket)
  socket.setTimeout(CONNECT_TIMEOUT, () => socket.destroy(new Error(`${host} takes no connection`)))
  socket.on('connect', () => socket.setTimeout(0))
  socket.on('error', reject)
  socket.on('close', () => reject(new Error(`${host} ended the connection early`)))
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  return promise
}

/**
 * Downloads without an end, by a new connection whenever nothing has come for so many milliseconds: the sender of an old
 * one doubles its patience with each cut, and would say more about itself than about the tunnel.
 */
export async function keepDownloading(serverUrl: string, silence: number, signal: AbortSignal): Promise<null> {
  while (!signal.aborted) {
    const dispatcher = new Agent({ bodyTimeout: silence, headersTimeout: silence, connect: { timeout: silence } })
    try {
      const { body } = await request(`${serverUrl}/down/${ENDLESS}`, { dispatcher, signal })
      for await (const _ of body) if (signal.aborted) break
    } catch {
      await setTimeout(100)
    } finally {
      await dispatcher.destroy()
    }
  }
  return null
}

export async function upload(serverUrl: string, bytes: number, signal: AbortSignal): Promise<Transfer> {
  const dispatcher = agent()
  const started = performance.now()
  let taken = 0
  try {
    const body = Readable.from(
      (function* () {
        for (let left = bytes; left > 0; left -= chunk.length)
          yield left < chunk.length ? chunk.subarray(0, left) : chunk
      })(),
    )
    const answer = await request(`${serverUrl}/up`, { dispatcher, method: 'POST', body, signal })
    taken = ((await answer.body.json()) as { taken: number }).taken
  } catch (error) {
    if (!wasEnded(error)) throw error
  }
  await dispatcher.destroy()
  return { bytes: taken, milliseconds: Math.round(performance.now() - started), complete: taken === bytes }
}

const wasEnded = (error: unknown) => error instanceof Error && ['TimeoutError', 'AbortError'].includes(error.name)

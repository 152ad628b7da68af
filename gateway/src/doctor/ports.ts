// The ports: free, or this very gateway's; and whether the public address leads here.
import { createSocket } from 'node:dgram'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { get as httpsGet } from 'node:https'
import { connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import type { EchoResponse } from '@x4pn/gateway-api'
import { requireFreePort } from '../server/require-free-port.ts'
import { broken, type Check, type DoctorContext, type Finding, ok, warning } from './check.ts'

/** Milliseconds. */
const PATIENCE = 3_000

/** Whether the API that answers on this machine is this node's own: at its public URL another machine may answer. */
async function runsHere({ config, keys }: DoctorContext): Promise<boolean> {
  const { host, port } = config.listen
  const anywhere = host === '0.0.0.0' || host === '::'
  const options = {
    host: anywhere ? '127.0.0.1' : host,
    port,
    path: '/v1/echo?nonce=doctor',
    signal: AbortSignal.timeout(PATIENCE),
    // Its certificate is for the public address, and may have run out: who answers is asked, not believed with a secret.
    rejectUnauthorized: false,
  }
  const answer = await new Promise<string>((done, failed) => {
    const read = (response: IncomingMessage) => text(response).then(done, failed)
    const asked = config.tls ? httpsGet(options, read) : httpGet(options, read)
    asked.once('error', failed)
  })
    .then((body) => JSON.parse(body) as Partial<EchoResponse>)
    .catch(() => undefined)
  return answer?.node === keys.account.address
}

export const apiPort: Check = {
  name: 'API port',
  async look(context) {
    const { host, port } = context.config.listen
    try {
      await requireFreePort(context.config.listen)
    } catch (error) {
      if (await runsHere(context)) return ok(`${port}, in use by this gateway`)
      const { code } = error as NodeJS.ErrnoException
      return broken(
        `${host}:${port} cannot be listened on (${code})`,
        `stop what uses it (ss -ltnp sport = :${port}), or set X4PN_API_LISTEN`,
      )
    }
    return reachable(context)
  },
}

/** Listens for a moment and comes from outside, as far as this machine can. */
async function reachable({ config }: DoctorContext): Promise<Finding> {
  const { host, port } = config.listen
  const publicPort = Number(new URL(config.apiUrl).port) || (config.tls ? 443 : 80)
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((listening) => server.listen({ host, port }, listening))
  const reached = await new Promise<boolean>((done) => {
    const socket = connect({ host: config.publicAddress, port: publicPort, timeout: PATIENCE }, () => end(true))
    const end = (result: boolean) => {
      socket.destroy()
      done(result)
    }
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
  server.close()
  if (reached) return ok(`${port}, reached at ${config.publicAddress}:${publicPort}`)
  return warning(
    `${config.publicAddress}:${publicPort} does not lead to ${host}:${port} from this machine itself`,
    `open TCP ${publicPort} in the firewall of host and provider; from another machine: curl ${config.apiUrl}/v1/info`,
  )
}

export const wireguardPort: Check = {
  name: 'WireGuard port',
  async look(context) {
    const { port } = context.config.wireguard
    const socket = createSocket('udp4')
    try {
      await new Promise<void>((bound, failed) => {
        socket.once('error', failed)
        socket.bind(port, () => bound())
      })
    } catch (error) {
      if (await runsHere(context)) return ok(`${port}, in use by this gateway`)
      const { code } = error as NodeJS.ErrnoException
      return broken(
        `UDP ${port} cannot be listened on (${code})`,
        `stop what uses it (ss -lunp sport = :${port}), or set X4PN_WIREGUARD_PORT`,
      )
    } finally {
      socket.close()
    }
    return ok(`UDP ${port}; open it in the firewall of host and provider`)
  },
}

export const noticePort: Check = {
  name: 'plain HTTP port',
  async look(context) {
    const { notice, tls } = context.config
    if (!notice.listen) {
      return tls?.from.kind === 'issuer'
        ? broken('X4PN_NOTICE_LISTEN is off, but certificates are proved there', 'X4PN_NOTICE_LISTEN=0.0.0.0:80')
        : ok('off')
    }
    const { host, port } = notice.listen
    try {
      await requireFreePort(notice.listen)
    } catch (error) {
      if (await runsHere(context)) return ok(`${port}, in use by this gateway`)
      const { code } = error as NodeJS.ErrnoException
      return broken(
        `${host}:${port} cannot be listened on (${code})`,
        `stop what uses it (ss -ltnp sport = :${port}), or lead port 80 to X4PN_NOTICE_LISTEN`,
      )
    }
    return ok(`${port}${tls ? '; the issuer must reach it at port 80' : ''}`)
  },
}

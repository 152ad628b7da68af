// Plain HTTP, port 80: the proof that a certificate's issuer asks for, and for everybody else a page that says what this
// address is and where to complain. An exit without one is soon taken for the source of what passes through it.
import { createServer, type Server } from 'node:http'
import type { Challenges } from '../tls/acme.ts'

const PROOF = '/.well-known/acme-challenge/'

export type Notice = Challenges & {
  listen: (at: { host: string; port: number }) => Promise<void>
  stop: () => Promise<void>
}

/** @param abuseContact Mail address or URL; undefined: the page says that there is none. */
export function createNotice(abuseContact: string | undefined): Notice {
  const answers = new Map<string, string>()
  const page = noticePage(abuseContact)
  const server = createServer((request, response) => {
    // Not as a URL: what a stranger sends need not be one.
    const [pathname = ''] = (request.url ?? '').split('?', 1)
    if (pathname.startsWith(PROOF)) {
      const answer = answers.get(pathname.slice(PROOF.length))
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(answer)
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end()
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'max-age=3600' }).end(page)
  })
  server.requestTimeout = 5_000
  server.headersTimeout = 5_000
  server.maxConnections = 256
  return {
    set: (token, answer) => answers.set(token, answer),
    delete: (token) => answers.delete(token),
    listen: ({ host, port }) => listening(server, host, port),
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped())
        server.closeAllConnections()
      }),
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed)
    server.listen({ host, port }, () => {
      server.off('error', failed)
      done()
    })
  })
}

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

function noticePage(abuseContact: string | undefined): string {
  const contact =
    abuseContact === undefined
      ? 'Its operator has published no address for complaints.'
      : `Complaints: <strong>${escapeHtml(abuseContact)}</strong>`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A VPN exit of X4PN</title>
<style>body{font:16px/1.5 system-ui;max-width:36rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}</style>
<h1>This address is a VPN exit</h1>
<p>Traffic from here is that of customers of X4PN, a decentralised VPN, and not of the operator of this machine.
The node keeps no record of who visited what, and can give none. Mail servers, private networks and cloud metadata cannot
be reached through it.</p>
<p>${contact}</p>
<p>To keep such traffic away from a service, block this address.</p>
</html>
`
}

// Serves a site as IPFS gateways do: at /ipfs/<cid>/, and at <cid>.ipfs.localhost, where it has an origin of its own.
import { createServer, type Server } from 'node:http'
import { extname } from 'node:path'
import type { Site } from './site.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** @param home where `/` of the gateway itself leads: a link too long to type */
export function createSiteServer({ cid, files }: Site, home: string): Server {
  const pathPrefix = `/ipfs/${cid}`
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://gateway')
    const [host = ''] = (request.headers.host ?? '').split(':')
    const own = host === `${cid}.ipfs.localhost`
    if (!own && pathname === '/') return void response.writeHead(302, { location: home }).end()
    const path = own ? pathname : withoutPrefix(pathname, pathPrefix)
    if (path === '') return void response.writeHead(301, { location: `${pathPrefix}/` }).end()
    const file = path === undefined ? undefined : files.get(path === '/' ? 'index.html' : path.slice(1))
    if (!file || (request.method !== 'GET' && request.method !== 'HEAD')) {
      return void response.writeHead(404, { 'content-type': 'text/plain' }).end(`There is nothing here but ${cid}.\n`)
    }
    response.writeHead(200, {
      'content-type': types[extname(path === '/' ? 'index.html' : (path ?? ''))] ?? 'application/octet-stream',
      'content-length': file.length,
      // What a CID names never changes.
      'cache-control': 'public, max-age=29030400, immutable',
      etag: `"${cid}${path}"`,
    })
    response.end(request.method === 'HEAD' ? undefined : file)
  })
}

/** Undefined: not below the prefix. */
function withoutPrefix(pathname: string, prefix: string): string | undefined {
  return pathname === prefix || pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : undefined
}

/** Where the site has an origin of its own. */
export const siteUrl = (cid: string, port: number) => `http://${cid}.ipfs.localhost:${port}/`

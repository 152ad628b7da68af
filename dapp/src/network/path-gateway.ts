// IPFS gateways serve a site under a path, where all sites share one origin, or under a subdomain of its own.

/** Whether this page shares its origin, and so its storage, with every other site of the gateway. */
export function isPathGateway(pathname: string): boolean {
  return /^\/(ipfs|ipns)\//.test(pathname)
}

/** <cid>.ipfs.<gateway>; undefined where there can be none: an address of numbers has no subdomains. */
export function ownAddress({
  protocol,
  hostname,
  port,
  pathname,
  hash,
}: Pick<URL, 'protocol' | 'hostname' | 'port' | 'pathname' | 'hash'>): string | undefined {
  const [, kind, cid] = /^\/(ipfs|ipns)\/([a-z0-9]+)/.exec(pathname) ?? []
  const host = /^[\d.]+$/.test(hostname) ? (hostname === '127.0.0.1' ? 'localhost' : undefined) : hostname
  if (cid === undefined || host === undefined || hostname.startsWith('[')) return undefined
  return `${protocol}//${cid}.${kind}.${host}${port && `:${port}`}/${hash}`
}

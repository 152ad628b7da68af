// A certificate with its private key: what is read of it, and the file that keeps it over a restart.
import { X509Certificate } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'

/** Both PEM; `certificate` with its chain, leaf first. */
export type Certificate = { certificate: string; privateKey: string }

/** Unix milliseconds. */
export type Lifetime = { from: number; until: number }

export function lifetimeOf({ certificate }: Certificate): Lifetime {
  const { validFromDate, validToDate } = new X509Certificate(certificate)
  return { from: validFromDate.getTime(), until: validToDate.getTime() }
}

/** Unix milliseconds at which it is renewed: a third of its life leaves two thirds for an issuer that is down. */
export function renewalTime({ from, until }: Lifetime): number {
  return from + (until - from) / 3
}

/** Throws what is wrong with it as a certificate for `host` (a name, or an address without brackets): then it is not served. */
export function requireUsable(pair: Certificate, host: string): void {
  const leaf = new X509Certificate(pair.certificate)
  const covers = isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)
  if (covers === undefined)
    throw new Error(`the certificate is for ${leaf.subjectAltName ?? leaf.subject}, not ${host}`)
  // Throws when key and certificate do not belong together.
  createSecureContext({ key: pair.privateKey, cert: pair.certificate })
}

/** Undefined: there is none yet. Throws on one that cannot be used. */
export async function readCached(path: string, host: string): Promise<Certificate | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const pair = JSON.parse(text) as Certificate
  requireUsable(pair, host)
  return pair
}

/** Atomically, and readable by nobody else. */
export async function writeCached(path: string, pair: Certificate): Promise<void> {
  const next = `${path}.next`
  const file = await open(next, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(pair))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(next, path)
}

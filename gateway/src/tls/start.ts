// Puts certificates under a running server: the notice on port 80, which also proves the address, and the keeper.
import { Server as TlsServer } from 'node:tls'
import type { Gateway } from '../gateway.ts'
import type { Notice } from '../server/notice.ts'
import type { App } from '../server/server.ts'
import { obtain } from './acme.ts'
import { CertificateKeeper } from './keeper.ts'

/** Resolves when what was cached is served; what is missing is asked for meanwhile. Undefined: the API is plain HTTP. */
export async function startCertificates(
  { config, keys, clock, log }: Gateway,
  { server }: App,
  notice: Notice,
): Promise<CertificateKeeper | undefined> {
  if (!config.tls || !(server instanceof TlsServer)) return undefined
  const { host, from } = config.tls
  const keeper = new CertificateKeeper({
    host,
    source:
      from.kind === 'files'
        ? from
        : { kind: 'issuer', cache: from.cache, obtain: () => obtain(from, host, keys.acmeKey, notice) },
    serve: ({ certificate, privateKey }) => server.setSecureContext({ cert: certificate, key: privateKey }),
    clock,
    log,
  })
  await keeper.start()
  return keeper
}

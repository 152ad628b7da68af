// Certificates for tests of other packages: a real ACME server, and one certificate from it for a host of the test's own.

import { createNotice } from '../server/notice.ts'
import { obtain } from '../tls/acme.ts'
import { type Certificate, requireUsable } from '../tls/certificate.ts'
import type { Pebble } from './pebble.ts'

export { type Pebble, startPebble } from './pebble.ts'

/** Proves `host` to pebble at port 80 of this machine, or of the namespace that it runs in. */
export async function certificateFor(host: string, { directory, authorityFile }: Pebble): Promise<Certificate> {
  const notice = createNotice(undefined)
  await notice.listen({ host, port: 80 })
  try {
    const settings = { directory, profile: undefined, contact: undefined, authorityFile }
    const pair = await obtain(settings, host, crypto.getRandomValues(new Uint8Array(32)), notice)
    requireUsable(pair, host)
    return pair
  } finally {
    await notice.stop()
  }
}

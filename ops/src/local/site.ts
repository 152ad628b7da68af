// The dapp on the local network: built into a CAR, served by an IPFS gateway on this machine or on one of the hosts.
import { resolve } from 'node:path'
import type { Network } from '@x4pn/client'
import type { Site } from '@x4pn/dapp/build'
import { linkOfNetwork } from '@x4pn/dapp/link'
import { siteUrl } from '../ipfs-gateway/server.ts'
import type { Base } from './network.ts'
import { startProcess, waitUntilReady } from './process.ts'

const GATEWAY = resolve(import.meta.dirname, '../ipfs-gateway/main.ts')

export type LocalSite = {
  cid: string
  /** Where it has an origin of its own. */
  url: string
  /** With the network for the page to use. */
  link: string
  /** Short: leads to `link`. */
  home: string
}

export type SiteOptions = {
  network: Network
  /** Undefined: this machine. */
  namespace?: string
}

export async function startSite(
  { ports, log, cleanup }: Base,
  { cid, car }: Site,
  { network, namespace }: SiteOptions,
): Promise<LocalSite> {
  const name = namespace === undefined ? 'site' : `site on ${namespace}`
  const url = siteUrl(cid, ports.site)
  const link = `${url}${linkOfNetwork(network)}`
  const args = [GATEWAY, car, String(ports.site), link]
  const started = startProcess({ name, command: 'node', args, namespace, ipc: true, log })
  cleanup.add(name, () => started.stop())
  let ready = false
  started.child.once('message', () => {
    ready = true
  })
  const isReady = async () => {
    if (!ready) throw new Error('not yet')
  }
  await waitUntilReady(started, name, isReady, 20_000)
  return { cid, url, link, home: `http://localhost:${ports.site}/` }
}

// Points a built manifest at a deployment: network, addresses and start block are not part of the WASM, so one build
// serves every network.
import type { Deployment } from '@x4pn/contracts'

export type ManifestTarget = Pick<Deployment, 'sessions' | 'registry' | 'rewards' | 'startBlock'> & {
  /** The name by which the graph-node knows the chain. */
  network: string
}

export function pointManifest(manifest: string, target: ManifestTarget): string {
  const [head, ...dataSources] = manifest.split(/^(?=\s*- kind: ethereum\/contract$)/m)
  if (head === undefined || dataSources.length !== 3) {
    throw new Error(`the manifest has ${dataSources.length} contracts, not 3: has subgraph.yaml changed?`)
  }
  const addresses = { X4PNVpnSessions: target.sessions, X4PNNodeRegistry: target.registry, X4PNRewards: target.rewards }
  const pointed = dataSources.map((source) => {
    const contract = Object.entries(addresses).find(([name]) => new RegExp(`^ +name: ${name}$`, 'm').test(source))
    if (!contract) throw new Error(`the manifest names a contract that no deployment has:\n${source}`)
    // Quoted: YAML reads an unquoted address as a number when it starts with enough zeros.
    const withAddress = replaceLine(source, 'address', `"${contract[1]}"`)
    const withStart = replaceLine(withAddress, 'startBlock', String(target.startBlock))
    return replaceLine(withStart, 'network', target.network)
  })
  return head + pointed.join('')
}

function replaceLine(text: string, key: string, value: string): string {
  const line = new RegExp(`^( +${key}: ).*$`, 'm')
  if (!line.test(text)) throw new Error(`the manifest has no ${key} where one was expected:\n${text}`)
  return text.replace(line, (_line, prefix: string) => prefix + value)
}

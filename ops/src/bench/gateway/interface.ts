// A bare WireGuard interface beside the gateway's: what `wg` alone costs on this machine.

import { randomBytes } from 'node:crypto'
import { execa } from 'execa'
import { toHex } from '../../../../gateway/src/crypto/signature.ts'
import { ensureInterface, type InterfacePeer, setPeers, syncPeers } from '../../../../gateway/src/tunnel/interface.ts'

const PORT = 51_999

export const randomPeers = (count: number): InterfacePeer[] =>
  Array.from({ length: count }, (_, index) => ({
    wireguardKey: toHex(randomBytes(32)),
    address4: `10.200.${index >> 8}.${index & 255}`,
    address6: `fd00::${(index + 1).toString(16)}`,
  }))

/** Removed together with the namespace. */
export async function bareInterface(name: string) {
  const privateKey = randomBytes(32)
  await ensureInterface({ name, privateKey, port: PORT, mtu: 1420, addresses: [] })
  return {
    /** One `wg set` for all of them. */
    set: (peers: readonly InterfacePeer[]) => setPeers(name, peers),
    /** One `wg syncconf` that leaves exactly these. */
    sync: (peers: readonly InterfacePeer[]) => syncPeers(name, { privateKey, port: PORT }, peers),
    remove: () => execa('ip', ['link', 'delete', name]),
  }
}

// The text of a stock WireGuard configuration (wg-quick, the phones' apps).
import { wireguardKeyToBase64 } from './session-key.ts'
import { checkTunnel, type Tunnel } from './tunnel.ts'

/** Only these keys are ever written: a node cannot add a `PostUp`. Throws `TUNNEL_INVALID`. */
export function wireguardConfig(unchecked: Tunnel): string {
  const tunnel = checkTunnel(unchecked)
  return [
    '[Interface]',
    `PrivateKey = ${wireguardKeyToBase64(tunnel.privateKey)}`,
    `Address = ${tunnel.address4}/32, ${tunnel.address6}/128`,
    ...(tunnel.dns.length === 0 ? [] : [`DNS = ${tunnel.dns.join(', ')}`]),
    `MTU = ${tunnel.mtu}`,
    '',
    '[Peer]',
    `PublicKey = ${wireguardKeyToBase64(tunnel.serverKey)}`,
    `AllowedIPs = ${tunnel.allowedIps.join(', ')}`,
    `Endpoint = ${tunnel.endpoint}`,
    `PersistentKeepalive = ${tunnel.persistentKeepalive}`,
    '',
  ].join('\n')
}

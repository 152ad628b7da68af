// Makes the two keys of a session: secp256k1 for receipts and sign-ins, X25519 for WireGuard.
import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { generatePrivateKey } from 'viem/accounts'

/** 32 bytes each, hex. The API takes this form; a configuration file takes base64. */
export type WireguardKeys = { privateKey: Hex; publicKey: Hex }

/** A private key that can spend one deposit at one node, nothing else. */
export function createSessionKey(): Hex {
  return generatePrivateKey()
}

/** An X25519 pair, made by the platform's WebCrypto. */
export async function createWireguardKeys(): Promise<WireguardKeys> {
  const pair = await crypto.subtle.generateKey({ name: 'X25519' }, true, ['deriveBits'])
  if (!('privateKey' in pair)) throw new TypeError('WebCrypto made no X25519 pair')
  // A JWK is the one export format that holds the raw private key as it is.
  const { d, x } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  if (d === undefined || x === undefined) throw new TypeError('WebCrypto exported no X25519 pair')
  return { privateKey: base64UrlToHex(d), publicKey: base64UrlToHex(x) }
}

/** The form of WireGuard's files. */
export function wireguardKeyToBase64(key: Hex): string {
  return btoa(String.fromCharCode(...hexToBytes(key)))
}

function base64UrlToHex(text: string): Hex {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return bytesToHex(
    Uint8Array.from(binary, (character) => character.charCodeAt(0)),
    { size: 32 },
  )
}

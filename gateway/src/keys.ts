// One secret, the node key; everything else is derived from it (HKDF-SHA256), so that a node moved to a new host is
// the same node.
import { createPrivateKey, createPublicKey, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { type Hex, hexToBytes, type PrivateKeyAccount, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Config } from './config.ts'
import { signLong } from './crypto/signature.ts'

export type NodeKeys = {
  account: PrivateKeyAccount
  /** Signs a digest with the node key, as `account` does, some twenty times as fast. 65 bytes. */
  sign: (digest: Uint8Array) => Hex
  wireguard: { privateKey: Uint8Array; publicKey: Hex }
  /** For nonces of sign-ins. Prepared once: an HMAC takes six times as long with a bare key. */
  nonceKey: KeyObject
  /** For bearer tokens. */
  tokenKey: KeyObject
  /** Of the account at a certificate's issuer, on P-256. */
  acmeKey: Uint8Array
}

export function deriveKeys(nodeKey: Hex): NodeKeys {
  const secret = hexToBytes(nodeKey)
  const privateKey = derive(secret, 'wireguard')
  return {
    account: privateKeyToAccount(nodeKey),
    sign: (digest) => signLong(digest, secret),
    wireguard: { privateKey, publicKey: x25519PublicKey(privateKey) },
    nonceKey: createSecretKey(derive(secret, 'nonce')),
    tokenKey: createSecretKey(derive(secret, 'token')),
    acmeKey: derive(secret, 'acme'),
  }
}

/** For the lines of the journal: what another node wrote, or this one for another chain or contract, is not its own. */
export function deriveJournalKey({ nodeKey, chainId, sessions }: Pick<Config, 'nodeKey' | 'chainId' | 'sessions'>) {
  const purpose = ['journal', chainId, sessions.toLowerCase()].join(' ')
  return createSecretKey(derive(hexToBytes(nodeKey), purpose))
}

const derive = (secret: Uint8Array, purpose: string) => new Uint8Array(hkdfSync('sha256', secret, 'x4pn', purpose, 32))

/** DER of a PKCS #8 X25519 key up to the 32 bytes of the key itself (RFC 8410). */
const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex')

function x25519PublicKey(privateKey: Uint8Array): Hex {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_X25519, privateKey]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return toHex(new Uint8Array(spki.subarray(spki.length - 32)))
}

import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto'
import { hexToBytes, isHash } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { createSessionKey, createWireguardKeys, wireguardKeyToBase64 } from './session-key.ts'

test('default: a WireGuard pair belongs together', async () => {
  const { privateKey, publicKey } = await createWireguardKeys()
  expect(isHash(privateKey) && isHash(publicKey)).toBe(true)
  // Node's own X25519 derives the same public key from the raw private one.
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), hexToBytes(privateKey)])
  const spki = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })).export({
    format: 'der',
    type: 'spki',
  })
  expect(`0x${spki.subarray(-32).toString('hex')}`).toBe(publicKey)
})

test('default: a session key is a key of its own each time', () => {
  const [one, two] = [createSessionKey(), createSessionKey()]
  expect(one).not.toBe(two)
  const ecdh = createECDH('secp256k1')
  ecdh.setPrivateKey(one.slice(2), 'hex')
  expect(privateKeyToAccount(one).publicKey).toBe(`0x${ecdh.getPublicKey('hex')}`)
})

test('base64 has 44 characters', () => {
  expect(wireguardKeyToBase64(`0x${'00'.repeat(32)}`)).toBe(`${'A'.repeat(43)}=`)
})

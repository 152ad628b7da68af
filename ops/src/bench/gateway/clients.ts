// Many clients at once: keys, sign-ins as the journal holds them, receipts. Signed natively, as viem would take minutes.
import { createHash, randomBytes } from 'node:crypto'
import { sessionsDomain, sessionsTypes, streamId } from '@x4pn/contracts'
import type { ReceiptItem } from '@x4pn/gateway-api'
import { type Address, checksumAddress, type Hash, type Hex } from 'viem'
import type { Config } from '../../../../gateway/src/config.ts'
import { curve } from '../../../../gateway/src/crypto/curve.ts'
import { messageDigest, recoverLong, signLong, toHex } from '../../../../gateway/src/crypto/signature.ts'
import { structDigest } from '../../../../gateway/src/crypto/struct-digest.ts'
import type { ReceiptRecord, SignInRecord } from '../../../../gateway/src/journal/records.ts'
import type { NodeKeys } from '../../../../gateway/src/keys.ts'
import { createNonce } from '../../../../gateway/src/sign-in/nonce.ts'
import { messageFields, writeMessage } from '../../../../gateway/src/testing/sign-in-message.ts'

export type BenchClient = { user: Address; key: Uint8Array; sessionKey: Address; stream: Hash; wireguardKey: Hex }

const DEPOSIT = 10n ** 12n
const PRICE_PER_GIB = 50_000n

export function makeClient(node: Address, user: Address = randomAddress()): BenchClient {
  const key = randomBytes(32)
  const hash = randomBytes(32)
  const sessionKey = checksumAddress(recoverLong(hash, signLong(hash, key)) ?? '0x')
  return { user, key, sessionKey, stream: streamId({ user, node, sessionKey }), wireguardKey: toHex(randomBytes(32)) }
}

/** The body of a join. */
export function signInBody({ config, keys }: Context, client: BenchClient) {
  const { user, sessionKey, stream, wireguardKey, key } = client
  const now = Date.now()
  const { nonce } = createNonce(keys.nonceKey, Math.floor(now / 1000))
  const node = keys.account.address
  const message = writeMessage(
    messageFields(
      { action: 'join', node, stream, wireguardKey },
      { apiUrl: config.apiUrl, chainId: config.chainId, nonce, address: sessionKey, now },
    ),
  )
  return { user, sessionKey, wireguardKey, message, signature: signLong(messageDigest(message), key) }
}

export type Context = { config: Config; keys: NodeKeys }

export function signInRecord(context: Context, client: BenchClient, index: number): SignInRecord {
  const now = Date.now()
  return {
    type: 'signIn',
    stream: client.stream,
    issuedAt: now,
    ...signInBody(context, client),
    proven: true,
    address4: `10.64.${1 + (index >> 8)}.${index & 255}`,
    pricePerGiB: PRICE_PER_GIB,
    allowance: 1000n,
    passRate: 1n,
    decimals: 6,
    deposit: DEPOSIT,
    settled: 0n,
    usedBytes: 0n,
    acceptedAt: now,
  }
}

export function receiptRecord(context: Context, client: BenchClient): ReceiptRecord {
  const { user, rate, start, until, signature, cumulative } = receiptSigner(context)(client, 5_000n)
  const node = context.keys.account.address
  return {
    type: 'receipt',
    stream: client.stream,
    receipt: { user, node, cumulative: BigInt(cumulative), rate: BigInt(rate), start, until, signature },
    deposit: DEPOSIT,
    usedBytes: 0n,
    acceptedAt: Date.now(),
  }
}

/** Signs receipts as a client would send them. */
export function receiptSigner({ config, keys }: Context) {
  const digest = structDigest(
    sessionsDomain({ chainId: config.chainId, contract: config.sessions }),
    sessionsTypes,
    'Receipt',
  )
  const node = keys.account.address
  return ({ user, key }: BenchClient, cumulative: bigint): ReceiptItem => {
    const hash = digest({ user, node, cumulative, rate: 0n, start: 0, until: 0 })
    const { signature, parity } = curve.sign(hash, key)
    const compact = Buffer.from(signature)
    compact[32] = (compact[32] ?? 0) | (parity << 7)
    return { user, cumulative: String(cumulative), rate: '0', start: 0, until: 0, signature: toHex(compact) }
  }
}

const randomAddress = (): Address =>
  checksumAddress(toHex(createHash('sha256').update(randomBytes(32)).digest().subarray(12)))

// Journal records as clients and gateway would have signed them, for tests of what a restart makes of them.
import { signInResources, signReceipt, streamId } from '@x4pn/contracts'
import type { Address, Hash } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { readConfig } from '../config.ts'
import type { CountersRecord, JournalRecord, LeaveRecord, ReceiptRecord, SignInRecord } from '../journal/records.ts'
import { deriveJournalKey, deriveKeys } from '../keys.ts'
import type { Session } from '../sessions/session.ts'
import { createNonce } from '../sign-in/nonce.ts'
import { Statements } from '../statements.ts'
import { messageFields, writeMessage } from './sign-in-message.ts'
import { randomKey } from './test-gateway.ts'

const sessions = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
const config = readConfig({
  X4PN_NODE_KEY: generatePrivateKey(),
  X4PN_CHAIN_ID: '31337',
  X4PN_RPC_URLS: 'http://127.0.0.1:1',
  X4PN_SESSIONS: sessions,
  X4PN_REGISTRY: sessions,
  X4PN_API_URL: 'http://192.0.2.1:8443',
  X4PN_WIREGUARD_ENDPOINT: '192.0.2.1:51820',
  X4PN_WIREGUARD_PORT: '51820',
})
const keys = deriveKeys(config.nodeKey)
const node = keys.account.address
export const context = { config, keys }
export const journalKey = deriveJournalKey(config)
export const NOW = 1_800_000_000_000
export const user = privateKeyToAccount(generatePrivateKey())

export type Client = { user: Address; session: PrivateKeyAccount; stream: Hash }
export const client = (): Client => {
  const session = privateKeyToAccount(generatePrivateKey())
  const stream = streamId({ user: user.address, node, sessionKey: session.address })
  return { user: user.address, session, stream }
}

async function signed(action: 'join' | 'leave', { session, stream }: Client, now: number, wireguardKey = randomKey()) {
  const binding = action === 'join' ? { action, node, stream, wireguardKey } : { action, node, stream }
  const { nonce } = createNonce(keys.nonceKey, Math.floor(now / 1000))
  const { apiUrl, chainId } = config
  const fields = messageFields(binding, { apiUrl, chainId, nonce, address: session.address, now })
  const message = writeMessage({ ...fields, resources: signInResources(binding) })
  return {
    stream,
    message,
    signature: await session.signMessage({ message }),
    acceptedAt: now + 1000,
  }
}

export async function signIn(of: Client, change: Partial<SignInRecord> = {}, now = NOW): Promise<SignInRecord> {
  const wireguardKey = change.wireguardKey ?? randomKey()
  return {
    type: 'signIn',
    ...(await signed('join', of, now, wireguardKey)),
    proven: true,
    user: of.user,
    sessionKey: of.session.address,
    issuedAt: now,
    wireguardKey,
    address4: '10.64.0.7',
    pricePerGiB: 2n ** 20n,
    allowance: 1024n,
    passRate: 1n,
    decimals: 6,
    deposit: 1_000_000n,
    settled: 0n,
    usedBytes: 0n,
    ...change,
  }
}
export async function receipt({ session, stream }: Client, cumulative: bigint, usedBytes = 0n): Promise<ReceiptRecord> {
  const claim = { user: user.address, node, cumulative, rate: 0n, start: 0, until: 0 }
  const signedClaim = await signReceipt(session, { chainId: config.chainId, contract: config.sessions }, claim)
  return { type: 'receipt', stream, receipt: signedClaim, usedBytes, acceptedAt: NOW + 2000 }
}
export async function counters({ stream }: Client, usedBytes: bigint): Promise<CountersRecord> {
  const statements = new Statements(config, keys, () => NOW)
  const terms = { pricePerGiB: 2n ** 20n, allowance: 0n }
  const signedCounters = await statements.counters({ stream, usedBytes, lastHandshake: 0, terms } as Session)
  return { type: 'counters', counters: signedCounters, acceptedAt: NOW }
}
export async function leave(of: Client, maxClaim: bigint): Promise<LeaveRecord> {
  const message = await signed('leave', of, NOW + 5000)
  const rest = { deposit: 1_000_000n, deadline: 0, release: `0x${'00'.repeat(65)}` as const }
  return { type: 'leave', ...message, ...rest, maxClaim }
}
export const forgotten = ({ stream }: Client): JournalRecord => ({ type: 'forgotten', stream, acceptedAt: NOW })

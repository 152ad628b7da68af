// Receipts in this process: recovered, checked, and on disk before they count.

import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { sessionsDomain, sessionsTypes } from '@x4pn/contracts'
import type { ReceiptItem } from '@x4pn/gateway-api'
import { type Hex, recoverTypedDataAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { curve } from '../../../../gateway/src/crypto/curve.ts'
import type { Gateway } from '../../../../gateway/src/gateway.ts'
import { Journal } from '../../../../gateway/src/journal/journal.ts'
import { restore } from '../../../../gateway/src/journal/restore.ts'
import { deriveJournalKey } from '../../../../gateway/src/keys.ts'
import { createLog } from '../../../../gateway/src/log.ts'
import { acceptReceipt } from '../../../../gateway/src/sessions/accept-receipt.ts'
import { CreditWriter } from '../../../../gateway/src/sessions/credit.ts'
import { HandTunnel } from '../../../../gateway/src/testing/hand-tunnel.ts'
import { all, type Figure, type Measured, measured } from '../figure.ts'
import { atOnce, inTurn } from '../load.ts'
import { makeClient, receiptSigner, signInRecord } from './clients.ts'
import { prepareNode } from './node.ts'

const CLIENTS = 500
/** Turn by turn with the references, as a machine that others use too is now faster, now slower. */
const ROUNDS = 10
/** Receipts on their way at once. */
const AT_ONCE = 1_024
const RECEIPTS = 4_000
const VERIFICATIONS = 5_000
const BY_VIEM = 150

type Library = {
  ecdsaVerify: (signature: Uint8Array, hash: Uint8Array, key: Uint8Array) => boolean
  ecdsaSign: (hash: Uint8Array, key: Uint8Array) => { signature: Uint8Array }
  publicKeyCreate: (key: Uint8Array, compressed: boolean) => Uint8Array
}
const library: Library = createRequire(import.meta.url)('secp256k1/bindings.js')

export async function benchReceipts(): Promise<Figure[]> {
  const context = await prepareNode()
  const clients = Array.from({ length: CLIENTS }, () => makeClient(context.keys.account.address))
  const { sessions } = restore(
    clients.map((client, index) => signInRecord(context, client, index)),
    context,
  )
  const journal = await Journal.create(context.config.journal, deriveJournalKey(context.config), [])
  const parts = {
    ...context,
    sessions,
    journal,
    // On one core, as the reference is: without the thread that the gateway has for it.
    verifier: curve,
    clock: Date.now,
    tunnel: new HandTunnel(),
    log: createLog('silent'),
  }
  const gateway = parts as unknown as Gateway
  const credit = new CreditWriter(gateway)
  const sign = receiptSigner(context)
  let cumulative = 0n
  const batch = (length: number) =>
    Array.from({ length }, (_, index) => sign(clients[index % CLIENTS] ?? makeClient('0x'), ++cumulative))
  const accept = (item: ReceiptItem) => acceptReceipt(gateway, credit, item)

  await atOnce(AT_ONCE, batch(4_000), accept)
  const own: Measured[] = []
  const plain: Measured[] = []
  const byViem: Measured[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const items = batch(RECEIPTS)
    plain.push(verifyPlainly())
    own.push(await atOnce(AT_ONCE, items, accept))
    byViem.push(await recoverByViem(context.config))
  }
  await journal.close()
  const name = 'receipts: verified, checked, journalled'
  const figure = (reference: string, others: readonly Measured[], atLeast: number): Figure => {
    const other = all(others)
    const { perSecond, p50, p99 } = all(own)
    return {
      name,
      value: perSecond,
      unit: '/s',
      p50,
      p99,
      reference: { name: reference, value: other.perSecond, p50: other.p50, p99: other.p99 },
      target: { atLeast },
    }
  }
  return [figure('libsecp256k1 verifies, one core', plain, 0.6), figure('viem recoverTypedDataAddress', byViem, 15)]
}

function verifyPlainly(): Measured {
  const key = randomBytes(32)
  const hash = randomBytes(32)
  const { signature } = library.ecdsaSign(hash, key)
  const publicKey = library.publicKeyCreate(key, false)
  return one(VERIFICATIONS, () => library.ecdsaVerify(signature, hash, publicKey))
}

function one(count: number, work: () => unknown): Measured {
  const samples: number[] = []
  const started = performance.now()
  for (let index = 0; index < count; index++) {
    const at = performance.now()
    work()
    samples.push(performance.now() - at)
  }
  return measured(samples, performance.now() - started)
}

async function recoverByViem({ chainId, sessions }: { chainId: number; sessions: Hex }): Promise<Measured> {
  const account = privateKeyToAccount(`0x${randomBytes(32).toString('hex')}`)
  const message = { user: account.address, node: account.address, cumulative: 1n, rate: 0n, start: 0, until: 0 }
  const domain = sessionsDomain({ chainId, contract: sessions })
  const data = { domain, types: sessionsTypes, primaryType: 'Receipt', message } as const
  const signature = await account.signTypedData(data)
  return inTurn(BY_VIEM, () => recoverTypedDataAddress({ ...data, signature }))
}

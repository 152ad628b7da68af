// A receipt that names no user of this node costs next to nothing.
import { expect, test } from 'vitest'
import type { Config } from '../config.ts'
import { curve } from '../crypto/curve.ts'
import { deriveKeys } from '../keys.ts'
import { checkReceipt } from './accept-receipt.ts'
import { SessionStore } from './store.ts'

test('pitfall 34: a stranger is refused before anything is hashed or recovered', async () => {
  const read: PropertyKey[] = []
  // The digest is made from the configuration's chain and contract: who makes one reads them.
  const config = new Proxy({} as Config, {
    get(_, name) {
      read.push(name)
      throw new Error(`${String(name)} was read`)
    },
  })
  const item = {
    user: '0x52908400098527886E0F7030069857D2E4169EE7',
    cumulative: '1',
    rate: '0',
    start: 0,
    until: 0,
    signature: `0x${'11'.repeat(64)}`,
  } as const
  const keys = deriveKeys(`0x${'07'.repeat(32)}`)
  const checked = checkReceipt({ config, keys, sessions: new SessionStore(), verifier: curve }, item)
  await expect(checked).rejects.toMatchObject({ code: 'RECEIPT_BAD_SIGNATURE' })
  expect(read).toEqual([])
})

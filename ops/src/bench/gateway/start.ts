// A start with 1,000 sessions in the journal, each with a receipt: from the file to every peer in the kernel.
import { readFile } from 'node:fs/promises'
import { createLog } from '../../../../gateway/src/log.ts'
import { openSessions } from '../../../../gateway/src/start.ts'
import { WireguardTunnel } from '../../../../gateway/src/tunnel/wireguard.ts'
import { all, type Figure } from '../figure.ts'
import { inTurn } from '../load.ts'
import { makeClient, receiptRecord, signInRecord } from './clients.ts'
import { bareInterface, randomPeers } from './interface.ts'
import { prepareNode, writeJournal } from './node.ts'

const SESSIONS = 1_000
const ROUNDS = 7

export async function benchStart(): Promise<Figure[]> {
  const node = await prepareNode()
  const { config, keys } = node
  const log = createLog('error')
  const records = Array.from({ length: SESSIONS }, (_, index) => {
    const client = makeClient(keys.account.address)
    return [signInRecord(node, client, index), receiptRecord(node, client)]
  }).flat()
  const peers = randomPeers(SESSIONS)
  const starts = []
  const references = []
  for (let round = 0; round < ROUNDS; round++) {
    await writeJournal(node, records)
    // Both interfaces are there and empty: making one is no part of either.
    const tunnel = new WireguardTunnel(config, { privateKey: keys.wireguard.privateKey, dns: false }, log)
    await tunnel.ensure([])
    starts.push(
      await inTurn(1, async () => {
        const { journal } = await openSessions(config, keys, Date.now, log, tunnel)
        await journal.close()
      }),
    )
    await tunnel.stop()
    const bare = await bareInterface('bare0')
    references.push(
      await inTurn(1, async () => {
        await readFile(config.journal)
        await bare.sync(peers)
      }),
    )
    await bare.remove()
  }
  const own = all(starts)
  const reference = all(references)
  return [
    {
      name: `start with ${SESSIONS.toLocaleString('en')} sessions`,
      value: own.p50,
      unit: 'ms',
      p50: own.p50,
      p99: own.p99,
      reference: {
        name: 'reading the file + wg syncconf',
        value: reference.p50,
        p50: reference.p50,
        p99: reference.p99,
      },
      target: { atMost: 3 },
    },
  ]
}

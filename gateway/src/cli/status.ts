// `status`: the node on chain, its money, and what its journal holds. Changes nothing, also beside a running gateway.
import { formatEther, hexToString } from 'viem'
import type { Config } from '../config.ts'
import { Journal } from '../journal/journal.ts'
import { restore } from '../journal/restore.ts'
import { deriveJournalKey, deriveKeys } from '../keys.ts'
import { claimed } from '../sessions/session.ts'
import { type ChainView, openOwnNode } from './chain-view.ts'
import type { Command } from './command.ts'

export const status: Command = {
  summary: 'Registration, prices, bond, coins for gas, what waits to be paid out and to be settled, sessions.',
  usage: '',
  values: [],
  flags: [],
  async run({ config: read }) {
    const config = read()
    const { node, chain, record } = await openOwnNode(config)
    const [coins, balance, bond] = await Promise.all([
      chain.coins(node),
      chain.balance(node),
      record ? chain.bond(node) : undefined,
    ])
    const waiting = await unsettledOf(config, chain)
    const successor = record && BigInt(record.successor) !== 0n ? record.successor : undefined
    const json = {
      node,
      registered: record !== undefined,
      operator: record?.operator,
      payout: record?.params.payout,
      successor,
      apiUrl: record?.params.apiUrl,
      country: record && hexToString(record.params.country),
      pricePerGiB: record && String(record.params.pricePerGiB),
      pricePerHour: record && String(record.params.pricePerHour),
      bond: bond && String(bond.amount),
      coins: String(coins),
      balance: String(balance),
      sessions: waiting.sessions,
      unsettled: String(waiting.amount),
    }
    return {
      json,
      lines: [
        `node       ${node}`,
        record
          ? `operator   ${record.operator}, pays out to ${record.params.payout}`
          : 'not registered: x4pn-gateway register',
        ...(successor ? [`succeeded  by ${successor}: serves nobody new`] : []),
        ...(record ? [`prices     ${json.pricePerGiB} a GiB, ${json.pricePerHour} an hour (token base units)`] : []),
        ...(bond ? [`bond       ${formatEther(bond.amount)} X4PN`] : []),
        `coins      ${formatEther(coins)}${coins === 0n ? ': send some to the node, settling costs gas' : ''}`,
        `balance    ${balance} to be paid out`,
        `journal    ${waiting.sessions} sessions, ${waiting.amount} not settled yet`,
      ],
    }
  },
}

/** Per the journal as it lies on the disk, against what the chain has. */
async function unsettledOf(config: Config, chain: ChainView): Promise<{ sessions: number; amount: bigint }> {
  const { records } = await Journal.read(config.journal, deriveJournalKey(config))
  const { sessions } = restore(records, { config, keys: deriveKeys(config.nodeKey) })
  let amount = 0n
  for (const session of sessions.all()) {
    const settled = await chain.streamSettled(session.stream)
    const claim = claimed(session)
    if (claim > settled) amount += claim - settled
  }
  return { sessions: sessions.size, amount }
}

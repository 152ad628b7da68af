// `withdraw`: pays the node's balance out to the operator's payout address, now.
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import { openOwnNode, prepare } from './chain-view.ts'
import { type Command, UsageError } from './command.ts'

export const withdraw: Command = {
  summary: 'Pays what was settled out to the payout address in the registry. What waits in receipts is not touched.',
  usage: '',
  values: [],
  flags: [],
  async run({ config: read }) {
    const config = read()
    const { node, chain, record } = await openOwnNode(config)
    const balance = await chain.balance(node)
    if (!record) throw new UsageError(`${node} is not registered: x4pn-gateway register.`)
    const { payout } = record.params
    if (BigInt(payout) === 0n) throw new UsageError('The registry holds no payout address: the operator must set one.')
    if (balance === 0n) return { json: { node, payout, amount: '0' }, lines: ['there is nothing to pay out'] }
    const { to, data } = prepare(config.sessions, x4pnVpnSessionsAbi, 'payOut', [node])
    const transaction = await chain.send(config.nodeKey, to, data)
    return {
      json: { node, payout, amount: String(balance), transaction },
      lines: [`${balance} (token base units) paid out to ${payout}: ${transaction}`],
    }
  },
}

// `rotate-key`: a successor of the node key, under the same operator and bond. The old key goes on settling.
import { resolve } from 'node:path'
import { x4pnNodeRegistryAbi } from '@x4pn/contracts'
import { type Address, isAddressEqual } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { describe, openOwnNode, prepare } from './chain-view.ts'
import { type Command, needed, optional, UsageError } from './command.ts'
import { consentOf } from './consent.ts'
import { writeNewKey } from './new-key.ts'
import { operatorKey } from './operator-key.ts'

export const rotateKey: Command = {
  summary:
    "Makes a successor's key and prints the operator's two transactions that put it in place; --send sends them.",
  usage:
    '--key-file <new file> [--password-file <file>]\n' +
    '  [--send --operator-key-file <file> [--operator-key-password-file <file>]]\n' +
    'Leave the old gateway running until its sessions are over: it serves nobody new, settles and is paid out.',
  values: ['key-file', 'password-file', 'operator-key-file', 'operator-key-password-file'],
  flags: ['send'],
  async run({ options, config: read }) {
    const config = read()
    const { node, chain, record } = await openOwnNode(config)
    if (!record) throw new UsageError(`${node} is not registered: register it, or take a new key with init.`)
    if (BigInt(record.successor) !== 0n) throw new UsageError(`${node} was succeeded by ${record.successor} already.`)
    const key = operatorKey(options)
    if (options.send === true && (key === undefined || !isAddressEqual(privateKeyToAddress(key), record.operator))) {
      throw new UsageError(`--send needs --operator-key-file with the key of ${record.operator}.`)
    }
    const file = resolve(needed(options, 'key-file'))
    const fresh = await writeNewKey(file, optional(options, 'password-file'))
    const { deadline, consent, commitment } = await consentOf(fresh.key, record.operator, config)
    const calls = [
      prepare(config.registry, x4pnNodeRegistryAbi, 'succeed', [node, fresh.address, deadline, consent]),
      // The successor's WireGuard key is another, so the commitment is too.
      prepare(config.registry, x4pnNodeRegistryAbi, 'update', [fresh.address, { ...record.params, commitment }]),
    ]
    const sent = []
    if (options.send === true && key !== undefined) {
      for (const call of calls) sent.push(await chain.send(key, call.to, call.data))
    }
    return {
      json: {
        node,
        successor: fresh.address,
        keyFile: file,
        operator: record.operator,
        transactions: calls,
        deadline,
        sent,
      },
      lines: [
        `the successor of ${node} is ${fresh.address}, its key is in ${file}`,
        ...(sent.length > 0 ? sent.map((hash) => `sent: ${hash}`) : calls.flatMap(describe)),
        ...advice(file, record.operator, record.params.apiUrl),
      ],
    }
  },
}

/** What runs beside the old gateway shares nothing with it, and nobody finds it before the registry names its URL. */
function advice(keyFile: string, operator: Address, apiUrl: string): string[] {
  return [
    `# leave this gateway running until its sessions are over; start another one with X4PN_NODE_KEY_FILE=${keyFile}`,
    '# and some coins for gas. On the same machine it needs its own, where a default is taken too:',
    '#   X4PN_JOURNAL, X4PN_CERTIFICATE',
    '#   X4PN_INTERFACE, X4PN_POOL4, X4PN_POOL6: pools that do not overlap',
    '#   X4PN_API_URL, X4PN_API_LISTEN, X4PN_WIREGUARD_ENDPOINT, X4PN_WIREGUARD_PORT, X4PN_OPERATOR_LISTEN',
    '#   X4PN_NOTICE_LISTEN: issuers of certificates ask at port 80, which one gateway of an address has; the other one',
    '#   needs another address, or a certificate of your own (X4PN_TLS_CERTIFICATE_FILE, X4PN_TLS_KEY_FILE)',
    `# The successor is registered at ${apiUrl}, where the old key answers and clients refuse it.`,
    '# Once the new gateway serves at its own X4PN_API_URL, with its configuration; prices, payout and country stay:',
    `#   x4pn-gateway register --operator ${operator}`,
  ]
}

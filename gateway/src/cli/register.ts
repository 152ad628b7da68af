// `register`: prepares the operator's transaction that lists the node, or sends it with the operator's key.
import { x4pnNodeRegistryAbi } from '@x4pn/contracts'
import { type Address, type Hex, hexToString, isAddressEqual, stringToHex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { describe, openChain, prepare } from './chain-view.ts'
import { type Command, needed, type Options, optional, UsageError } from './command.ts'
import { addressOf, consentOf } from './consent.ts'
import { operatorKey } from './operator-key.ts'
import { requireServed } from './served.ts'

export const register: Command = {
  summary: "Prints the operator's transaction that registers the node, or changes its terms; --send sends it.",
  usage:
    '--operator <address> | --operator-key-file <file> [--operator-key-password-file <file>]\n' +
    '  --price-per-gib <base units> --price-per-hour <base units> --country <XX>\n' +
    '  [--payout <address>: the operator] [--metadata-cid <cid>: none] [--send: with the operator key] [--unserved: do not ask the API first]\n' +
    'Of a node that is registered, each of these terms that is not given stays as it is registered.\n' +
    'Token base units (USDC: millionths). The consent in it is good for an hour.',
  values: [
    'operator',
    'operator-key-file',
    'operator-key-password-file',
    'payout',
    'price-per-gib',
    'price-per-hour',
    'country',
    'metadata-cid',
  ],
  flags: ['send', 'unserved'],
  async run({ options, config: read }) {
    const config = read()
    const key = operatorKey(options)
    const operator =
      key === undefined ? addressOf(needed(options, 'operator'), "an operator's") : privateKeyToAddress(key)
    const { node, commitment, deadline, consent } = await consentOf(config.nodeKey, operator, config)
    if (options.unserved !== true) await requireServed(config, node)
    const chain = await openChain(config)
    const known = await chain.record(node)
    if (known && !isAddressEqual(known.operator, operator)) {
      throw new UsageError(`${node} is registered by ${known.operator}, and ${operator} cannot change it.`)
    }
    // A change of one term must change no other, the payout address above all.
    const registered = known?.params
    const params = {
      payout: addressOf(optional(options, 'payout') ?? registered?.payout ?? operator, 'a payout'),
      pricePerGiB: amount(options, 'price-per-gib', registered?.pricePerGiB),
      pricePerHour: amount(options, 'price-per-hour', registered?.pricePerHour),
      country: countryOf(options, registered?.country),
      flags: registered?.flags ?? 0,
      commitment,
      apiUrl: config.apiUrl,
      metadataCid: optional(options, 'metadata-cid') ?? registered?.metadataCid ?? '',
    }
    const call = known
      ? prepare(config.registry, x4pnNodeRegistryAbi, 'update', [node, params])
      : prepare(config.registry, x4pnNodeRegistryAbi, 'register', [node, params, deadline, consent])
    const minimumBond = known ? 0n : await chain.minimumBond()
    const bond =
      minimumBond === 0n ? [] : [`first approve ${minimumBond} (10^-18 X4PN) to ${config.registry}: the bond`]
    if (options.send !== true) {
      return {
        json: { node, operator, transaction: call, minimumBond: String(minimumBond), deadline },
        lines: [
          ...bond,
          ...termsOf(params),
          ...describe(call),
          `to be sent by ${operator}; the consent ends at ${deadline} (Unix seconds)`,
        ],
      }
    }
    if (key === undefined) throw new UsageError('--send needs --operator-key-file.')
    // Said before it is sent, so that a slip is seen even where the sending hangs.
    process.stderr.write(`${termsOf(params).join('\n')}\n`)
    const transaction = await chain.send(key, call.to, call.data)
    const done = known ? 'its terms are changed' : 'is registered'
    return { json: { node, operator, sent: transaction, what: call.what }, lines: [`${node} ${done}: ${transaction}`] }
  },
}

type Terms = { payout: Address; pricePerGiB: bigint; pricePerHour: bigint; country: Hex }

/** What the transaction says, as a person checks it: where the money goes above all. */
function termsOf({ payout, pricePerGiB, pricePerHour, country }: Terms): string[] {
  const where = BigInt(country) === 0n ? 'no country' : hexToString(country)
  return [`earnings go to ${payout}`, `${pricePerGiB} a GiB, ${pricePerHour} an hour (token base units), ${where}`]
}

/** @param registered What stays where the option is not given; undefined: it is needed. */
function amount(options: Options, name: string, registered: bigint | undefined): bigint {
  if (registered !== undefined && options[name] === undefined) return registered
  const value = needed(options, name)
  if (!/^\d{1,28}$/.test(value)) throw new UsageError(`--${name} ${value} is not a whole number of token base units.`)
  return BigInt(value)
}

/** @param registered As for an amount. */
function countryOf(options: Options, registered: Hex | undefined): Hex {
  if (registered !== undefined && options.country === undefined) return registered
  const value = needed(options, 'country')
  if (!/^[A-Z]{2}$/.test(value)) throw new UsageError(`--country ${value} is not two capital letters (ISO 3166-1).`)
  return stringToHex(value)
}

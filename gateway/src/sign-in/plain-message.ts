// Reads a sign-in message as clients of ours write it, at a hundredth of what the grammar of EIP-4361 costs. What it
// does not know it leaves to the package siwe; a test holds the two together.

import type { SiweMessage } from 'siwe'
import { checksummed } from '../crypto/addresses.ts'

export type MessageFields = Pick<
  SiweMessage,
  | 'domain'
  | 'address'
  | 'statement'
  | 'uri'
  | 'chainId'
  | 'nonce'
  | 'issuedAt'
  | 'expirationTime'
  | 'notBefore'
  | 'resources'
>

const HOST = '[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?'
const TIME =
  '20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z'

const PLAIN = new RegExp(
  `^(?<domain>${HOST}) wants you to sign in with your Ethereum account:\\n(?<address>0x[0-9a-fA-F]{40})\\n\\n` +
    `(?<statement>[A-Za-z0-9 .,']+)\\n\\nURI: (?<uri>https?://${HOST}/?)\\nVersion: 1\\nChain ID: (?<chainId>[1-9][0-9]{0,14})\\n` +
    `Nonce: (?<nonce>[0-9a-f]{8,64})\\nIssued At: (?<issuedAt>${TIME})\\nExpiration Time: (?<expirationTime>${TIME})\\n` +
    `Resources:(?<resources>(?:\\n- urn:x4pn:[0-9A-Za-z:]+)+)$`,
)

/** Undefined for a message that is malformed, or only unusual. */
export function readPlainMessage(message: string): MessageFields | undefined {
  const { groups } = PLAIN.exec(message) ?? {}
  if (!groups) return undefined
  const { domain = '', address = '', statement = '', uri = '', chainId, nonce = '' } = groups
  const { issuedAt = '', expirationTime = '' } = groups
  if (checksummed(address) !== address) return undefined
  const resources = (groups.resources ?? '').split('\n- ').slice(1)
  return { domain, address, statement, uri, chainId: Number(chainId), nonce, issuedAt, expirationTime, resources }
}

// Sign-in messages (EIP-4361) written out by hand, so that any field can be wrong or missing.
import { type SignInBinding, signInResources, signInStatements } from '@x4pn/contracts'
import type { Address } from 'viem'

export type MessageFields = {
  domain: string
  address: Address
  statement: string | undefined
  uri: string
  chainId: number
  nonce: string
  issuedAt: string
  expirationTime: string | undefined
  notBefore: string | undefined
  resources: string[]
}

/** @param now Unix milliseconds. */
export function messageFields(
  binding: SignInBinding,
  {
    apiUrl,
    chainId,
    nonce,
    address,
    now,
  }: { apiUrl: string; chainId: number; nonce: string; address: Address; now: number },
): MessageFields {
  return {
    domain: new URL(apiUrl).host,
    address,
    statement: signInStatements[binding.action],
    uri: apiUrl,
    chainId,
    nonce,
    issuedAt: new Date(now).toISOString(),
    expirationTime: new Date(now + 300_000).toISOString(),
    notBefore: undefined,
    resources: signInResources(binding),
  }
}

export function writeMessage(fields: MessageFields): string {
  const lines = [
    `${fields.domain} wants you to sign in with your Ethereum account:`,
    fields.address,
    '',
    ...(fields.statement === undefined ? [] : [fields.statement]),
    '',
    `URI: ${fields.uri}`,
    'Version: 1',
    `Chain ID: ${fields.chainId}`,
    `Nonce: ${fields.nonce}`,
    `Issued At: ${fields.issuedAt}`,
    ...(fields.expirationTime === undefined ? [] : [`Expiration Time: ${fields.expirationTime}`]),
    ...(fields.notBefore === undefined ? [] : [`Not Before: ${fields.notBefore}`]),
    ...(fields.resources.length === 0 ? [] : ['Resources:', ...fields.resources.map((resource) => `- ${resource}`)]),
  ]
  return lines.join('\n')
}

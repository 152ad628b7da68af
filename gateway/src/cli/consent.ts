// A node key's consent to being registered by an operator: nobody registers another's key.
import { registryDomain, registryTypes } from '@x4pn/contracts'
import { type Address, getAddress, type Hex, isAddress } from 'viem'
import type { Config } from '../config.ts'
import { commitmentOf, exitPolicy } from '../exit-policy.ts'
import { deriveKeys } from '../keys.ts'
import { UsageError } from './command.ts'

/** Seconds for which the node key's consent may be used. */
const CONSENT_LIFETIME = 3600

export type Consent = { node: Address; commitment: Hex; deadline: number; consent: Hex }

export async function consentOf(
  nodeKey: Hex,
  operator: Address,
  { chainId, registry }: Pick<Config, 'chainId' | 'registry'>,
): Promise<Consent> {
  const { account, wireguard } = deriveKeys(nodeKey)
  const deadline = Math.floor(Date.now() / 1000) + CONSENT_LIFETIME
  const consent = await account.signTypedData({
    domain: registryDomain({ chainId, contract: registry }),
    types: registryTypes,
    primaryType: 'NodeConsent',
    message: { node: account.address, operator, deadline },
  })
  return { node: account.address, commitment: commitmentOf(wireguard.publicKey, exitPolicy), deadline, consent }
}

export function addressOf(value: string | undefined, what: string): Address {
  if (value === undefined || !isAddress(value)) throw new UsageError(`${value} is not ${what} address.`)
  return getAddress(value)
}

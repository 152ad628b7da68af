// A node key's consent to being registered by an operator: nobody registers another's key.
import { exitPolicyHash, nodeCommitment, registryDomain, registryTypes } from '@x4pn/contracts'
import { type Address, getAddress, type Hex, isAddress } from 'viem'
import type { Config } from '../config.ts'
import { deriveKeys } from '../keys.ts'
import { UsageError } from './command.ts'

/** Seconds for which the node key's consent may be used. */
const CONSENT_LIFETIME = 3600

export type Consent = { node: Address; commitment: Hex; deadline: number; consent: Hex }

export async function consentOf(
  nodeKey: Hex,
  operator: Address,
  { chainId, registry, exitPolicy }: Pick<Config, 'chainId' | 'registry' | 'exitPolicy'>,
): Promise<Consent> {
  const { account, wireguard } = deriveKeys(nodeKey)
  const deadline = Math.floor(Date.now() / 1000) + CONSENT_LIFETIME
  const consent = await account.signTypedData({
    domain: registryDomain({ chainId, contract: registry }),
    types: registryTypes,
    primaryType: 'NodeConsent',
    message: { node: account.address, operator, deadline },
  })
  const commitment = nodeCommitment(wireguard.publicKey, exitPolicyHash(exitPolicy))
  return { node: account.address, commitment, deadline, consent }
}

export function addressOf(value: string | undefined, what: string): Address {
  if (value === undefined || !isAddress(value)) throw new UsageError(`${value} is not ${what} address.`)
  return getAddress(value)
}

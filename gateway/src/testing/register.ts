// Registers a node on the test chain, and gives its key coins for settling.
import { exitPolicyHash, nodeCommitment, registryDomain, registryTypes } from '@x4pn/contracts'
import { stringToHex } from 'viem'
import type { Config } from '../config.ts'
import type { NodeKeys } from '../keys.ts'
import type { TestNetwork } from './network.ts'

/** Token base units for 2^30 bytes: 2^20 base units make a byte cost 2^-10, so sums come out round. */
export const PRICE_PER_GIB = 2n ** 20n

export async function registerNode(
  { publicClient, testClient, walletClient, contracts, mined }: TestNetwork,
  { apiUrl, chainId, registry, exitPolicy }: Config,
  { account, wireguard }: NodeKeys,
): Promise<void> {
  const operator = walletClient.account.address
  const deadline = Number((await publicClient.getBlock()).timestamp) + 3600
  const consent = await account.signTypedData({
    domain: registryDomain({ chainId, contract: registry }),
    types: registryTypes,
    primaryType: 'NodeConsent',
    message: { node: account.address, operator, deadline },
  })
  const params = {
    payout: operator,
    pricePerGiB: PRICE_PER_GIB,
    pricePerHour: 10_000n,
    country: stringToHex('DE'),
    flags: 0,
    commitment: nodeCommitment(wireguard.publicKey, exitPolicyHash(exitPolicy)),
    apiUrl,
    metadataCid: '',
  } as const
  const args = [account.address, params, deadline, consent] as const
  await mined(await walletClient.writeContract({ ...contracts.registry, functionName: 'register', args }))
  await testClient.setBalance({ address: account.address, value: 10n ** 18n })
}

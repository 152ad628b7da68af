// A node's entry in the registry, as its operator makes it from what `x4pn-gateway identity` prints; and its prices.
import { type Deployment, x4pnNodeRegistryAbi } from '@x4pn/contracts'
import { type Address, type Hex, parseUnits, stringToHex } from 'viem'
import type { clientsFor } from './chain.ts'

/** Token base units for 2^30 bytes: five cents. */
export const PRICE_PER_GIB = 50_000n
const PRICE_PER_HOUR = 10_000n

export type Registration = {
  deployment: Deployment
  /** What the command printed: the node's id, and its consent. */
  identity: string
  apiUrl: string
  /** ISO 3166-1 alpha-2 */
  country: string
}

/** Registers the node, and gives its key coins for settling. @returns the node's id. */
export async function registerNode(
  { walletClient, publicClient }: Pick<ReturnType<typeof clientsFor>, 'walletClient' | 'publicClient'>,
  { deployment, identity, apiUrl, country }: Registration,
): Promise<Address> {
  const { node, commitment, deadline, consent } = JSON.parse(identity) as {
    node: Address
    commitment: Hex
    deadline: number
    consent: Hex
  }
  const params = {
    payout: walletClient.account.address,
    pricePerGiB: PRICE_PER_GIB,
    pricePerHour: PRICE_PER_HOUR,
    country: stringToHex(country),
    flags: 0,
    commitment,
    apiUrl,
    metadataCid: '',
  } as const
  const registered = await walletClient.writeContract({
    address: deployment.registry,
    abi: x4pnNodeRegistryAbi,
    functionName: 'register',
    args: [node, params, deadline, consent],
  })
  const funded = await walletClient.sendTransaction({ to: node, value: parseUnits('1', 18) })
  for (const hash of [registered, funded]) await publicClient.waitForTransactionReceipt({ hash })
  return node
}

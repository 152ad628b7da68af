// One transaction at a time, waited for: a deployment's steps hang on each other.
import {
  type Abi,
  type Account,
  type Address,
  BaseError,
  type Chain,
  type ContractConstructorArgs,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type Hex,
  NonceTooLowError,
  type PublicClient,
  type TransactionReceipt,
  type Transport,
  type WalletClient,
} from 'viem'

export type Clients = {
  /** Pays for the deployment, and holds every role until it has handed them over. */
  walletClient: WalletClient<Transport, Chain | undefined, Account>
  publicClient: PublicClient
}

export async function deployContract<const abi extends Abi>(
  { walletClient, publicClient }: Clients,
  abi: abi,
  bytecode: Hex,
  args: ContractConstructorArgs<abi> & readonly unknown[],
): Promise<{ address: Address; receipt: TransactionReceipt }> {
  const { account, chain } = walletClient
  // viem cannot follow the arguments through a generic ABI; the signature above has checked them.
  const untyped: { abi: Abi; args: readonly unknown[] } = { abi, args }
  const send = () => walletClient.deployContract({ ...untyped, bytecode, account, chain: chain ?? null })
  const hash = await withFreshNonce(send)
  const receipt = await publicClient.waitForTransactionReceipt({ hash })
  if (receipt.status !== 'success' || !receipt.contractAddress) throw new Error(`deployment failed in ${hash}`)
  return { address: receipt.contractAddress, receipt }
}

/** An endpoint that is a block behind names a nonce that is used up. Nothing was taken then, and it is asked once more. */
async function withFreshNonce(send: () => Promise<Hex>): Promise<Hex> {
  try {
    return await send()
  } catch (error) {
    if (!(error instanceof BaseError && error.walk((cause) => cause instanceof NonceTooLowError))) throw error
    return send()
  }
}

/** Throws when the call reverts. */
export async function callContract<
  const abi extends Abi,
  name extends ContractFunctionName<abi, 'nonpayable'>,
  const args extends ContractFunctionArgs<abi, 'nonpayable', name> & readonly unknown[],
>(
  { walletClient, publicClient }: Clients,
  contract: { address: Address; abi: abi },
  functionName: name,
  args: args,
): Promise<void> {
  const { account, chain } = walletClient
  const call: { abi: Abi; functionName: string; args: readonly unknown[] } = { abi: contract.abi, functionName, args }
  const send = () => walletClient.writeContract({ address: contract.address, ...call, account, chain: chain ?? null })
  const hash = await withFreshNonce(send)
  const { status } = await publicClient.waitForTransactionReceipt({ hash })
  if (status !== 'success') throw new Error(`${functionName} reverted in ${hash}`)
}

// Deploys one contract by a real transaction and waits for it.
import type {
  Abi,
  Account,
  Address,
  Chain,
  ContractConstructorArgs,
  Hex,
  PublicClient,
  TransactionReceipt,
  Transport,
  WalletClient,
} from 'viem'

export type DeployClients = {
  /** Pays for the deployment. */
  walletClient: WalletClient<Transport, Chain | undefined, Account>
  publicClient: PublicClient
}

export async function deployContract<const abi extends Abi>(
  { walletClient, publicClient }: DeployClients,
  abi: abi,
  bytecode: Hex,
  args: ContractConstructorArgs<abi> & readonly unknown[],
): Promise<{ address: Address; receipt: TransactionReceipt }> {
  const { account, chain } = walletClient
  // viem cannot follow the arguments through a generic ABI; the signature above has checked them.
  const untyped: { abi: Abi; args: readonly unknown[] } = { abi, args }
  const hash = await walletClient.deployContract({ ...untyped, bytecode, account, chain: chain ?? null })
  const receipt = await publicClient.waitForTransactionReceipt({ hash })
  if (receipt.status !== 'success' || !receipt.contractAddress) throw new Error(`deployment failed in ${hash}`)
  return { address: receipt.contractAddress, receipt }
}

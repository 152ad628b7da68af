// Sends one transaction from the wallet: right chain, tried out first, waited for.
import { type Deployment, decodeError } from '@x4pn/contracts'
import {
  type Abi,
  type Account,
  BaseError,
  type Chain,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionParameters,
  ContractFunctionRevertedError,
  encodeFunctionData,
  type Hash,
  type PublicClient,
  type TransactionReceipt,
  type Transport,
  type WalletClient,
} from 'viem'
import { EngineError } from '../errors.ts'
import { walletCall } from './wallet-call.ts'

export type Wallet = WalletClient<Transport, Chain | undefined, Account>

export type WalletContext = {
  client: PublicClient
  wallet: Wallet
  deployment: Deployment
  /** Keeps the hash, so that a reload can go on with `confirmTransaction`. */
  onSent?: (hash: Hash) => void | Promise<void>
}

export async function send<
  const abi extends Abi,
  name extends ContractFunctionName<abi, 'nonpayable'>,
  const args extends ContractFunctionArgs<abi, 'nonpayable', name>,
>(
  { client, wallet, deployment, onSent }: WalletContext,
  call: ContractFunctionParameters<abi, 'nonpayable', name, args>,
): Promise<TransactionReceipt> {
  await requireChain(wallet, deployment)
  // Which function and which arguments was checked where it was called.
  const { address, abi, functionName, args } = call as ContractFunctionParameters
  const parameters = { abi, functionName, args: args ?? [] }
  try {
    await client.simulateContract({ ...parameters, address, account: wallet.account })
  } catch (cause) {
    throw refusal(functionName, cause, deployment)
  }
  const data = encodeFunctionData(parameters)
  // `chain: null`: the wallet's chain was compared above, and a deployment is more than viem's list of chains.
  const hash = await walletCall(() =>
    wallet.sendTransaction({ account: wallet.account, chain: null, to: address, data }),
  )
  await onSent?.(hash)
  return confirmTransaction(client, hash)
}

/** Waits until a sent transaction is mined. */
export async function confirmTransaction(client: PublicClient, hash: Hash): Promise<TransactionReceipt> {
  const receipt = await client.waitForTransactionReceipt({ hash }).catch((cause: unknown) => {
    throw new EngineError('CHAIN_UNREACHABLE', { details: hash, cause })
  })
  if (receipt.status === 'reverted') throw new EngineError('TRANSACTION_REVERTED', { details: hash })
  return receipt
}

export async function requireChain(wallet: Wallet, { chainId }: Pick<Deployment, 'chainId'>): Promise<void> {
  const actual = await walletCall(() => wallet.getChainId())
  if (actual !== chainId) {
    throw new EngineError('WALLET_WRONG_CHAIN', { details: `wallet on ${actual}, needed ${chainId}` })
  }
}

/** The contract's own error by name and in words, where it is one. */
function refusal(functionName: string, cause: unknown, { decimals }: Deployment): EngineError {
  const reverted = cause instanceof BaseError && cause.walk((error) => error instanceof ContractFunctionRevertedError)
  if (!(reverted instanceof ContractFunctionRevertedError)) {
    return new EngineError('CHAIN_UNREACHABLE', { details: functionName, cause })
  }
  const decoded = reverted.raw && decodeError(reverted.raw, { decimals })
  const reason = decoded
    ? `${decoded.name}: ${decoded.message}`
    : (reverted.reason ?? reverted.signature ?? 'no reason given')
  return new EngineError('TRANSACTION_REFUSED', { details: `${functionName}: ${reason}`, cause })
}

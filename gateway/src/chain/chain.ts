// What the gateway reads from the chain and sends to it. Whoever spends or admits reads here, never an index.
import {
  packReleaseItems,
  packSettleItems,
  type ReleaseItem,
  type SettleItem,
  x4pnNodeRegistryAbi,
  x4pnVpnSessionsAbi,
} from '@x4pn/contracts'
import {
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  defineChain,
  fallback,
  type Hash,
  type Hex,
} from 'viem'
import { ApiError } from '../api-error.ts'
import type { Config } from '../config.ts'
import type { NodeKeys } from '../keys.ts'
import type { RelayCall } from '../relay/call.ts'
import type { StreamState } from '../sessions/session.ts'
import { createEndpoint, WrongChainError } from './endpoint.ts'
import { vouches } from './erc1271.ts'

/** Bit 1 of a stream's flags. */
const CLOSED_FLAG = 2
/** What the registry says of this node. */
export type OwnRecord = { pricePerGiB: bigint; pricePerHour: bigint; payout: Address; commitment: Hash }

export type Chain = ReturnType<typeof createChain>

export function createChain(config: Config, keys: NodeKeys) {
  const { sessions, registry, chainId, rpcUrls } = config
  const node = keys.account.address
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: rpcUrls } },
  })
  const endpoints = rpcUrls.map((url, index) => createEndpoint(url, chainId, `endpoint ${index + 1} of X4PN_RPC_URLS`))
  const transport = fallback(
    endpoints.map((endpoint) => endpoint.transport),
    { retryCount: 1 },
  )
  const publicClient = createPublicClient({ chain, transport, pollingInterval: 500, cacheTime: 0 })
  const wallet = createWalletClient({ chain, transport, account: keys.account })
  const contract = { address: sessions, abi: x4pnVpnSessionsAbi } as const

  type Call = { functionName: 'settle'; args: [Address, Hex] } | { functionName: 'release'; args: [Hex] } | RelayCall
  let submitted: Promise<unknown> = Promise.resolve()
  /** One at a time: two at once would take the same nonce. */
  const submit = (call: Call, gas?: bigint): Promise<Hash> => {
    const request = { ...contract, ...call, ...(gas === undefined ? {} : { gas }) } as Parameters<
      typeof wallet.writeContract
    >[0]
    const next = submitted.then(() => answered(wallet.writeContract(request)))
    submitted = next.catch(() => {})
    return next
  }

  const send = async (request: Exclude<Call, RelayCall>) => {
    const hash = await submit(request)
    const receipt = await answered(publicClient.waitForTransactionReceipt({ hash, timeout: 60_000 }))
    if (receipt.status !== 'success') throw new Error(`${request.functionName} reverted: ${hash}`)
    return hash
  }

  return {
    /** Throws a `WrongChainError` if any endpoint serves another chain. A silent one is asked again before its use. */
    async requireRightChain(): Promise<void> {
      for (const checked of await Promise.allSettled(endpoints.map(({ check }) => check()))) {
        if (checked.status === 'rejected' && checked.reason instanceof WrongChainError) throw checked.reason
      }
    },

    /** Undefined: this id was never opened. */
    async stream(id: Hash): Promise<StreamState | undefined> {
      const stream = await answered(publicClient.readContract({ ...contract, functionName: 'stream', args: [id] }))
      if (stream.flags === 0) return undefined
      const { deposit, settled, stoppedAt, flags } = stream
      return { deposit, settled, stoppedAt, closed: (flags & CLOSED_FLAG) !== 0 }
    },

    /** Undefined: not registered. */
    async record(): Promise<OwnRecord | undefined> {
      const base = { address: registry, abi: x4pnNodeRegistryAbi } as const
      const known = await answered(publicClient.readContract({ ...base, functionName: 'isRegistered', args: [node] }))
      if (!known) return undefined
      const { params } = await answered(publicClient.readContract({ ...base, functionName: 'nodeOf', args: [node] }))
      const { pricePerGiB, pricePerHour, payout, commitment } = params
      return { pricePerGiB, pricePerHour, payout, commitment }
    },

    blockNumber: () => answered(publicClient.getBlockNumber()),

    /** Ids of this node's streams that were topped up, stopped or closed in these blocks. */
    async changedStreams(fromBlock: bigint, toBlock: bigint): Promise<Hash[]> {
      const logs = await Promise.all(
        (['ToppedUp', 'ToppedUpFromBalance', 'Stopped', 'Closed'] as const).map((eventName) =>
          answered(
            publicClient.getContractEvents({
              ...contract,
              eventName,
              args: { node },
              fromBlock,
              toBlock,
              strict: true,
            }),
          ),
        ),
      )
      return [...new Set(logs.flat().map(({ args }) => args.id))]
    },

    /** ERC-1271: does this account vouch for the message? An account without code does not. */
    vouches: (account: Address, message: string, signature: Hex): Promise<boolean> =>
      answered(vouches(publicClient, account, message, signature)),

    settle: (items: SettleItem[]) => send({ functionName: 'settle', args: [node, packSettleItems(items)] }),
    /** Gas that it would take. Throws `RELAY_REFUSED` with the contract's error where it would revert. */
    async estimate(call: RelayCall): Promise<bigint> {
      const request = { ...contract, ...call, account: node } as Parameters<typeof publicClient.estimateContractGas>[0]
      try {
        return await publicClient.estimateContractGas(request)
      } catch (cause) {
        const reverted =
          cause instanceof BaseError && cause.walk((error) => error instanceof ContractFunctionRevertedError)
        if (!(reverted instanceof ContractFunctionRevertedError)) return answered(Promise.reject(cause))
        const reason = reverted.data?.errorName ?? reverted.reason ?? reverted.signature
        throw new ApiError('RELAY_REFUSED', reason ?? 'it gives no reason', { cause })
      }
    },
    /** Sends it with so much gas and no more: a smart account's own code decides what its check burns. */
    relay: (call: RelayCall, gas: bigint): Promise<Hash> => submit(call, gas),
    /** Resolves when it is mined, or when nobody knows. */
    mined: (hash: Hash): Promise<unknown> =>
      publicClient.waitForTransactionReceipt({ hash, timeout: 60_000 }).catch(() => undefined),
    release: (items: ReleaseItem[]) => send({ functionName: 'release', args: [packReleaseItems(items)] }),
  }
}

/** "The chain did not answer" is an error of its own, and never "unpaid". */
async function answered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (cause) {
    throw new ApiError('CHAIN_UNAVAILABLE', cause instanceof Error ? cause.message.split('\n')[0] : undefined, {
      cause,
    })
  }
}

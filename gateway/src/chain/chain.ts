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
  createPublicClient,
  createWalletClient,
  defineChain,
  fallback,
  type Hash,
  type Hex,
  hashMessage,
  http,
} from 'viem'
import { ApiError } from '../api-error.ts'
import type { Config } from '../config.ts'
import type { NodeKeys } from '../keys.ts'
import type { StreamState } from '../sessions/session.ts'

/** Bit 1 of a stream's flags. */
const CLOSED_FLAG = 2
const ERC1271_VALID = '0x1626ba7e'
const erc1271Abi = [
  {
    type: 'function',
    name: 'isValidSignature',
    stateMutability: 'view',
    inputs: [
      { name: 'hash', type: 'bytes32' },
      { name: 'signature', type: 'bytes' },
    ],
    outputs: [{ type: 'bytes4' }],
  },
] as const

export type Prices = { pricePerGiB: bigint; pricePerHour: bigint }

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
  const transport = fallback(rpcUrls.map((url) => http(url, { timeout: 5_000, retryCount: 1 })))
  const publicClient = createPublicClient({ chain, transport, pollingInterval: 500, cacheTime: 0 })
  const wallet = createWalletClient({ chain, transport, account: keys.account })
  const contract = { address: sessions, abi: x4pnVpnSessionsAbi } as const

  const send = async (
    request: { functionName: 'settle'; args: [Address, Hex] } | { functionName: 'release'; args: [Hex] },
  ) => {
    const hash = await answered(
      wallet.writeContract({ ...contract, ...request } as Parameters<typeof wallet.writeContract>[0]),
    )
    const receipt = await answered(publicClient.waitForTransactionReceipt({ hash, timeout: 60_000 }))
    if (receipt.status !== 'success') throw new Error(`${request.functionName} reverted: ${hash}`)
    return hash
  }

  return {
    /** The chain's own id, so that a wrong endpoint is noticed before money is. */
    chainId: () => answered(publicClient.getChainId()),

    /** Undefined: this id was never opened. */
    async stream(id: Hash): Promise<StreamState | undefined> {
      const stream = await answered(publicClient.readContract({ ...contract, functionName: 'stream', args: [id] }))
      if (stream.flags === 0) return undefined
      const { deposit, settled, stoppedAt, flags } = stream
      return { deposit, settled, stoppedAt, closed: (flags & CLOSED_FLAG) !== 0 }
    },

    /** The node's own record. Undefined: not registered. */
    async prices(): Promise<Prices | undefined> {
      const base = { address: registry, abi: x4pnNodeRegistryAbi } as const
      const known = await answered(publicClient.readContract({ ...base, functionName: 'isRegistered', args: [node] }))
      if (!known) return undefined
      const record = await answered(publicClient.readContract({ ...base, functionName: 'nodeOf', args: [node] }))
      return { pricePerGiB: record.params.pricePerGiB, pricePerHour: record.params.pricePerHour }
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
    async vouches(account: Address, message: string, signature: Hex): Promise<boolean> {
      const code = await answered(publicClient.getCode({ address: account }))
      if (code === undefined) return false
      const call = { address: account, abi: erc1271Abi, functionName: 'isValidSignature' } as const
      return publicClient.readContract({ ...call, args: [hashMessage(message), signature] }).then(
        (magic) => magic === ERC1271_VALID,
        () => false,
      )
    },

    settle: (items: SettleItem[]) => send({ functionName: 'settle', args: [node, packSettleItems(items)] }),
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

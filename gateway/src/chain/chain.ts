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
  custom,
  defineChain,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  type Hash,
  type Hex,
  type PublicClient,
} from 'viem'
import { ApiError } from '../api-error.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { NodeKeys } from '../keys.ts'
import type { Log } from '../log.ts'
import type { RelayCall } from '../relay/call.ts'
import { answered } from './answered.ts'
import { vouches } from './erc1271.ts'
import { type ChainEvents, eventReader } from './events.ts'
import { createPool } from './pool.ts'
import type { RpcCall } from './rpc.ts'
import { Sender } from './sender.ts'
import { streamReader } from './streams.ts'

/** What the registry says of this node. */
export type OwnRecord = {
  pricePerGiB: bigint
  pricePerHour: bigint
  payout: Address
  /** To the WireGuard key and the exit policy. */
  commitment: Hash
  /** Undefined while this key is the node's. */
  successor: Address | undefined
}

type CooperativeClose = {
  receipt: SettleItem
  sessionKey: Address
  maxClaim: bigint
  deadline: number
  signature: Hex
}

export type Chain = ReturnType<typeof createChain>

export function createChain(config: Config, keys: NodeKeys, { clock, log }: { clock: Clock; log: Log }) {
  const { sessions, registry, chainId, rpcUrls, confirmations, unconfirmedLimit, gas } = config
  const node = keys.account.address
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: rpcUrls } },
  })
  const pool = createPool({ urls: rpcUrls, chainId, headAge: config.headAge }, clock)
  const clientOver = (request: (call: RpcCall) => Promise<unknown>): PublicClient =>
    createPublicClient({ chain, transport: custom({ request }, { retryCount: 0 }), cacheTime: 0 })
  /** For what this node is held to: prices, its successor, where its money goes. */
  const agreed = clientOver((call) => pool.agreed(call))
  /** For what decides who is served. */
  const fresh = clientOver(pool.fresh)
  /** For sending, and for what became of it. */
  const any = clientOver(pool.any)
  const contract = { address: sessions, abi: x4pnVpnSessionsAbi } as const
  const sender = new Sender({ client: any, account: keys.account, chainId, to: sessions, clock, log })
  const encode = (call: unknown) =>
    encodeFunctionData({ abi: x4pnVpnSessionsAbi, ...(call as object) } as EncodeFunctionDataParameters)

  return {
    requireRightChain: pool.requireRightChain,
    /** Undefined: this id was never opened. What was known of it saves a question. */
    stream: streamReader(pool, { contract: sessions, confirmations, unconfirmedLimit }),
    head: () => answered(pool.head()),
    /** The block of that number, as the chain has it now. */
    async blockHash(number: bigint): Promise<Hash | undefined> {
      const params = [`0x${number.toString(16)}`, false]
      const block = await answered(pool.fresh({ method: 'eth_getBlockByNumber', params }))
      return (block as { hash?: Hash } | null)?.hash
    },
    events: (fromBlock: bigint, toBlock: bigint): Promise<ChainEvents> =>
      answered(eventReader(fresh, { sessions, registry, node })(fromBlock, toBlock)),

    /** Undefined: not registered. */
    async record(): Promise<OwnRecord | undefined> {
      const base = { address: registry, abi: x4pnNodeRegistryAbi } as const
      const known = await answered(agreed.readContract({ ...base, functionName: 'isRegistered', args: [node] }))
      if (!known) return undefined
      const { params, successor } = await answered(
        agreed.readContract({ ...base, functionName: 'nodeOf', args: [node] }),
      )
      const { pricePerGiB, pricePerHour, payout, commitment } = params
      return {
        pricePerGiB,
        pricePerHour,
        payout,
        commitment,
        successor: BigInt(successor) === 0n ? undefined : successor,
      }
    },

    /** ERC-1271: does this account vouch for the message? An account without code does not. */
    vouches: (account: Address, message: string, signature: Hex): Promise<boolean> =>
      answered(vouches(fresh, account, message, signature)),

    /** Credited to the node and not yet paid out, token base units. */
    balance: async (): Promise<bigint> =>
      (await answered(fresh.readContract({ ...contract, functionName: 'nodeAccount', args: [node] }))).balance,

    gasPrice: () => sender.gasPrice(),
    /** True when no transaction of ours is on its way. */
    tend: () => sender.tend(),
    forgetNonces: () => sender.forgetNonces(),
    /** @param until Unix milliseconds: so long what is sent from now on is waited for. */
    stopWaiting: (until: number) => sender.stop(until),

    /** @param ceiling Most that a unit of gas may cost, 10⁻¹⁸ coins. */
    settle: (items: SettleItem[], ceiling: bigint) =>
      sender.send('settle', encode({ functionName: 'settle', args: [node, packSettleItems(items)] }), ceiling),
    release: (items: ReleaseItem[], ceiling: bigint) =>
      sender.send('release', encode({ functionName: 'release', args: [packReleaseItems(items)] }), ceiling),
    /** What `release` would pay by the second, paid up to `maxClaim` and no more. */
    closeCooperative: ({ receipt, sessionKey, maxClaim, deadline, signature }: CooperativeClose, ceiling: bigint) => {
      const { user } = receipt
      const args = [user, node, sessionKey, maxClaim, deadline, packSettleItems([receipt]), signature] as const
      return sender.send('closeCooperative', encode({ functionName: 'closeCooperative', args }), ceiling)
    },
    payOut: (ceiling: bigint) => sender.send('payOut', encode({ functionName: 'payOut', args: [node] }), ceiling),

    /** Gas that it would take. Throws `RELAY_REFUSED` with the contract's error where it would revert. */
    async estimate(call: RelayCall): Promise<bigint> {
      const request = { ...contract, ...call, account: node } as Parameters<typeof fresh.estimateContractGas>[0]
      try {
        return await fresh.estimateContractGas(request)
      } catch (cause) {
        const reverted =
          cause instanceof BaseError && cause.walk((error) => error instanceof ContractFunctionRevertedError)
        if (!(reverted instanceof ContractFunctionRevertedError)) return answered(Promise.reject(cause))
        const reason = reverted.data?.errorName ?? reverted.reason ?? reverted.signature
        throw new ApiError('RELAY_REFUSED', reason ?? 'it gives no reason', { cause })
      }
    },
    /** Sends it with so much gas and no more: a smart account's own code decides what its check burns. */
    relay: (call: RelayCall, limit: bigint): Promise<Hash> => sender.submit(encode(call), limit, gas.price),
    /** Resolves when it is mined, or when nobody knows. */
    mined: (hash: Hash): Promise<unknown> =>
      any.waitForTransactionReceipt({ hash, timeout: 60_000, pollingInterval: 500 }).catch(() => undefined),
  }
}

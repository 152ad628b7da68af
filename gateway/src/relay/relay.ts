// Relaying: the fee is ours and enough, the contract would take it, then it is sent. What a user signed can do nothing
// but what it says, so nothing else is checked here.
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import type { RelayRequest, RelayResponse } from '@x4pn/gateway-api'
import {
  type Address,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  type Hash,
  isAddressEqual,
  zeroAddress,
} from 'viem'
import { ApiError } from '../api-error.ts'
import type { Gateway } from '../gateway.ts'
import { KeyedQueue } from '../keyed-queue.ts'
import { type RelayCall, type RelayFee, relayed } from './call.ts'
import { RelayQuota } from './quota.ts'

/** Milliseconds in which the same call gets the same answer: whoever asks again has not heard the first one. */
const REMEMBERED = 120_000
/** More than any of these calls takes with a plain signature, and room for a smart account's check. */
const MOST_GAS = 400_000n

export class Relayer {
  readonly #gateway: Gateway
  readonly #quota: RelayQuota
  readonly #recent = new Map<string, Promise<RelayResponse>>()
  readonly #inTurn = new KeyedQueue()

  constructor(gateway: Gateway) {
    this.#gateway = gateway
    this.#quota = new RelayQuota(gateway.config.relay.perHour, gateway.clock)
  }

  /** Asked twice for the same, it sends once: a second transaction would revert, at the node's cost. */
  relay(request: RelayRequest): Promise<RelayResponse> {
    const { user, call, fee } = relayed(request)
    const key = encodeFunctionData({ abi: x4pnVpnSessionsAbi, ...call } as EncodeFunctionDataParameters)
    const known = this.#recent.get(key)
    if (known) return known
    const answer = new Promise<RelayResponse>((sent, failed) => {
      // One at a time for each user, the next when this one is mined: money that is there once is spent once.
      this.#inTurn.run(user.toLowerCase(), async () => {
        try {
          const transaction = await this.#send(user, call, fee)
          this.#gateway.log.info({ transaction, action: request.action }, 'relayed')
          sent({ transaction })
          await this.#gateway.chain.mined(transaction)
        } catch (error) {
          failed(error)
        }
      })
    })
    this.#recent.set(key, answer)
    const forget = () => this.#recent.delete(key)
    answer.then(() => setTimeout(forget, REMEMBERED).unref(), forget)
    return answer
  }

  async #send(user: Address, call: RelayCall, fee: RelayFee | undefined): Promise<Hash> {
    const { chain } = this.#gateway
    if (fee) requireFee(this.#gateway, fee)
    // Costs the node an RPC call and no gas; the limit of requests per address bounds it.
    const gas = await chain.estimate(call)
    if (gas > MOST_GAS) throw new ApiError('RELAY_REFUSED', `it would take ${gas} gas of at most ${MOST_GAS}`)
    // Counted last, so that nobody uses up another wallet's share with what the contract refuses.
    if (!this.#quota.take(user)) throw new ApiError('RELAY_LIMITED', user)
    return chain.relay(call, MOST_GAS)
  }
}

function requireFee({ config, record }: Gateway, { amount, to }: RelayFee): void {
  if (!record) throw new ApiError('CHAIN_UNAVAILABLE', 'the payout address was never read from the registry')
  if (isAddressEqual(record.payout, zeroAddress)) throw new ApiError('RELAY_UNAVAILABLE', 'no payout address')
  if (amount < config.relay.fee) throw new ApiError('RELAY_FEE_TOO_LOW', `${amount} of ${config.relay.fee}`)
  if (!isAddressEqual(to, record.payout)) throw new ApiError('RELAY_FEE_ELSEWHERE', `${to}, not ${record.payout}`)
}

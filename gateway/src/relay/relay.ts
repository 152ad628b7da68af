// Relaying: the fee is ours and enough, the contract would take it, then it is sent. What a user signed can do nothing
// but what it says, so nothing else is checked here.
import type { RelayRequest, RelayResponse } from '@x4pn/gateway-api'
import { isAddressEqual, zeroAddress } from 'viem'
import { ApiError } from '../api-error.ts'
import type { Gateway } from '../gateway.ts'
import { type RelayFee, relayed } from './call.ts'
import { RelayQuota } from './quota.ts'

/** Milliseconds in which the same request gets the same answer: whoever asks again has not heard the first one. */
const REMEMBERED = 120_000

export class Relayer {
  readonly #gateway: Gateway
  readonly #quota: RelayQuota
  readonly #recent = new Map<string, Promise<RelayResponse>>()

  constructor(gateway: Gateway) {
    this.#gateway = gateway
    this.#quota = new RelayQuota(gateway.config.relay.perHour, gateway.clock)
  }

  /** Asked twice for the same, it sends once: a second transaction would revert, at the node's cost. */
  relay(request: RelayRequest): Promise<RelayResponse> {
    const key = JSON.stringify(request)
    const known = this.#recent.get(key)
    if (known) return known
    const answer = relay(this.#gateway, this.#quota, request)
    this.#recent.set(key, answer)
    const forget = () => this.#recent.delete(key)
    answer.then(() => setTimeout(forget, REMEMBERED).unref(), forget)
    return answer
  }
}

async function relay(gateway: Gateway, quota: RelayQuota, request: RelayRequest): Promise<RelayResponse> {
  const { user, call, fee } = relayed(request)
  if (fee) requireFee(gateway, fee)
  // Costs the node an RPC call and no gas; the limit of requests per address bounds it.
  await gateway.chain.simulate(call)
  // Counted last, so that nobody uses up another wallet's share with what the contract refuses.
  if (!quota.take(user)) throw new ApiError('RELAY_LIMITED', user)
  const transaction = await gateway.chain.relay(call)
  gateway.log.info({ transaction, action: request.action }, 'relayed')
  return { transaction }
}

function requireFee({ config, record }: Gateway, { amount, to }: RelayFee): void {
  if (!record) throw new ApiError('CHAIN_UNAVAILABLE', 'the payout address was never read from the registry')
  if (isAddressEqual(record.payout, zeroAddress)) throw new ApiError('RELAY_UNAVAILABLE', 'no payout address')
  if (amount < config.relay.fee) throw new ApiError('RELAY_FEE_TOO_LOW', `${amount} of ${config.relay.fee}`)
  if (!isAddressEqual(to, record.payout)) throw new ApiError('RELAY_FEE_ELSEWHERE', `${to}, not ${record.payout}`)
}

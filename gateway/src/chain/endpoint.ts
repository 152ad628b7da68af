// One RPC endpoint, which is asked for its chain's id before anything it says is believed.
import { BaseError, http, type Transport } from 'viem'

/** The endpoint serves another chain. Known for sure; an endpoint that is silent throws something else. */
export class WrongChainError extends BaseError {
  override name = 'WrongChainError'
}

export type Endpoint = {
  transport: Transport
  /** Throws a `WrongChainError`, or whatever keeps the endpoint from answering. */
  check: () => Promise<void>
}

/** Milliseconds. */
const TIMEOUT = 5_000
/** At a start clients are waiting, and what is silent is asked again anyway. */
const PROBE_TIMEOUT = 2_000

/** @param label What an error may say of the endpoint: its URL may hold a key. */
export function createEndpoint(url: string, chainId: number, label: string): Endpoint {
  const transport = http(url, { timeout: TIMEOUT, retryCount: 0 })
  const probe = http(url, { timeout: PROBE_TIMEOUT, retryCount: 0 })
  let right = false
  const check = async (request: ReturnType<Transport>['request']) => {
    if (right) return
    const actual = Number(await request({ method: 'eth_chainId' }))
    if (actual !== chainId) throw new WrongChainError(`${label} serves chain ${actual}, not ${chainId}`)
    right = true
  }
  return {
    transport: ((options) => {
      const inner = transport(options)
      const request = async (...args: Parameters<typeof inner.request>) => {
        await check(inner.request)
        return inner.request(...args)
      }
      return { ...inner, request: request as typeof inner.request }
    }) as Transport,
    check: () => check(probe({}).request),
  }
}

// Several RPC endpoints as one: the healthy and quick ones first, those behind the chain not at all where it matters.
// viem's `fallback` knows no stale heads, and its `rank` judges by latency alone and cannot be stopped.
import { type Clock, isRecent } from '../clock.ts'
import { createEndpoint, type Endpoint, type Head, isAnswer, WrongChainError } from './endpoint.ts'
import type { RpcCall } from './rpc.ts'

/** Blocks by which an endpoint may be behind the best. */
const STALE_BLOCKS = 5n
/** From so many endpoints on answers are compared: two against one. */
const COMPARED_FROM = 3
/** Milliseconds between two looks at the heads of all endpoints. */
const PROBE_INTERVAL = 10_000
/** An endpoint is slow when it takes this many times as long as the quickest, and this many milliseconds more. */
const SLOW_FACTOR = 3
const SLOW_EXTRA = 200

export type PoolSettings = {
  urls: readonly string[]
  chainId: number
  /** Seconds that the newest block may be old; 0: any age, for chains that make blocks on demand. */
  headAge: number
}

export type Pool = ReturnType<typeof createPool>

export function createPool({ urls, chainId, headAge }: PoolSettings, clock: Clock) {
  const endpoints = urls.map((url, index) =>
    createEndpoint(url, chainId, `endpoint ${index + 1} of X4PN_RPC_URLS`, clock),
  )
  /** The newest block that was acted on. It goes back only when every endpoint says so. */
  let used: Head | undefined
  let probedAt: number | undefined
  let firstProbe: Promise<unknown> | undefined

  const probe = () => {
    probedAt = clock()
    return Promise.allSettled(endpoints.map((endpoint) => endpoint.readHead()))
  }

  /** With three heads and more the second highest: one liar cannot make all others look stale. */
  const reference = (): bigint => {
    const heads = endpoints.flatMap(({ head }) => head?.number ?? []).sort((a, b) => (a < b ? 1 : -1))
    const best = heads[heads.length >= 3 ? 1 : 0] ?? 0n
    return used && used.number > best ? used.number : best
  }

  const isStale = ({ head }: Endpoint): boolean => {
    if (!head) return false
    if (headAge > 0 && clock() / 1000 - head.timestamp > headAge) return true
    return head.number + STALE_BLOCKS < reference()
  }

  const inOrder = (): Endpoint[] => {
    const quickest = Math.min(...endpoints.map(({ latency }) => latency || Number.POSITIVE_INFINITY))
    const rank = (endpoint: Endpoint) => {
      const { restUntil, latency } = endpoint
      const slow = latency > quickest * SLOW_FACTOR && latency > quickest + SLOW_EXTRA
      return (isStale(endpoint) ? 4 : 0) + (restUntil > clock() ? 2 : 0) + (slow ? 1 : 0)
    }
    const ranked = endpoints.map((endpoint) => ({ endpoint, rank: rank(endpoint) }))
    return ranked.sort((a, b) => a.rank - b.rank).map(({ endpoint }) => endpoint)
  }

  /** Answers of one endpoint after the other, without those that are behind; failures are left out. */
  async function* readings(call: RpcCall): AsyncGenerator<unknown> {
    firstProbe ??= probe()
    await firstProbe
    let failure: unknown
    let answers = 0
    for (const endpoint of inOrder()) {
      if (isStale(endpoint)) {
        failure ??= new Error(staleText(endpoint))
        continue
      }
      try {
        const answer = await endpoint.request(call)
        answers++
        yield answer
      } catch (error) {
        if (isAnswer(error)) throw error
        failure = error
      }
    }
    if (answers === 0) throw failure
  }

  const staleText = ({ label, head }: Endpoint) =>
    `${label} is behind: its newest block is ${head?.number} of ${reference()}, ` +
    `${Math.round(clock() / 1000 - (head?.timestamp ?? 0))} s old by this clock`

  return {
    /**
     * What most endpoints say, of three and more. Throws when they disagree: nothing is decided then.
     * @param isHarmless Of fewer than three, one that says this is believed alone.
     */
    async agreed(call: RpcCall, isHarmless: (answer: unknown) => boolean = () => true): Promise<unknown> {
      const seen: unknown[] = []
      for await (const answer of readings(call)) {
        if (seen.includes(answer)) return answer
        seen.push(answer)
        if (seen.length === 1 && endpoints.length < COMPARED_FROM && isHarmless(answer)) return answer
      }
      if (seen.length === 1) return seen[0]
      throw new Error(`the RPC endpoints disagree about ${call.method} ${JSON.stringify(call.params)}`)
    },

    /** Throws a `WrongChainError` if any endpoint serves another chain. A silent one is asked again before its use. */
    async requireRightChain(): Promise<void> {
      for (const checked of await Promise.allSettled(endpoints.map(({ check }) => check()))) {
        if (checked.status === 'rejected' && checked.reason instanceof WrongChainError) throw checked.reason
      }
    },

    /** From an endpoint that is not behind: for whatever decides who is served. */
    async fresh(call: RpcCall): Promise<unknown> {
      for await (const answer of readings(call)) return answer
      throw new Error('no endpoint answered')
    },

    /** From any endpoint: for sending, and for what is merely looked at. */
    async any(call: RpcCall): Promise<unknown> {
      let failure: unknown
      for (const endpoint of inOrder()) {
        try {
          return await endpoint.request(call)
        } catch (error) {
          if (isAnswer(error)) throw error
          failure = error
        }
      }
      throw failure
    },

    /** The newest block. It goes back only when every endpoint says so: then the chain was reorganised. */
    async head(): Promise<Head> {
      if (probedAt === undefined) firstProbe = probe()
      await firstProbe
      if (!isRecent(probedAt ?? 0, PROBE_INTERVAL, clock())) void probe()
      let failure: unknown
      for (const endpoint of inOrder()) {
        const head = await endpoint.readHead().catch((error: unknown) => {
          failure = error
        })
        if (!head) continue
        if (isStale(endpoint) || (used && head.number < used.number)) {
          failure ??= new Error(staleText(endpoint))
          continue
        }
        used = head
        return head
      }
      const all = await probe()
      const heads = all.flatMap((probed) => (probed.status === 'fulfilled' ? probed.value : []))
      const best = heads.reduce<Head | undefined>((a, b) => (a && a.number >= b.number ? a : b), undefined)
      const tooOld = best && headAge > 0 && clock() / 1000 - best.timestamp > headAge
      if (!best || tooOld) throw failure
      // Somebody is silent who may know better.
      if (used && best.number < used.number && heads.length < endpoints.length) {
        if (best.number + STALE_BLOCKS >= used.number) return used
        throw failure
      }
      used = best
      return best
    },
  }
}

// One RPC endpoint: asked for its chain's id before anything it says is believed, held to a time limit, and remembered
// by how it did.
import { BaseError, ExecutionRevertedError, type Hash, RpcRequestError } from 'viem'
import type { Clock } from '../clock.ts'
import { type RpcCall, rpcOver } from './rpc.ts'

/** The endpoint serves another chain. Known for sure; an endpoint that is silent throws something else. */
export class WrongChainError extends BaseError {
  override name = 'WrongChainError'
}

export type Head = {
  number: bigint
  hash: Hash
  parentHash: Hash
  /** Unix seconds. */
  timestamp: number
}

export type Endpoint = {
  /** What an error or a log line may say of it: its URL may hold a key. */
  readonly label: string
  /** Its newest block, as it last said. */
  readonly head: Head | undefined
  /** Milliseconds that an answer takes: a moving mean, 0 before the first. */
  readonly latency: number
  /** Unix milliseconds before which it is asked last: it has failed. */
  readonly restUntil: number
  request: (call: RpcCall) => Promise<unknown>
  readHead: () => Promise<Head>
  /** Throws a `WrongChainError`, or whatever keeps the endpoint from answering. */
  check: () => Promise<void>
}

/** Milliseconds. */
const TIMEOUT = 5_000
/** At a start clients are waiting, and what is silent is asked again anyway. */
const PROBE_TIMEOUT = 2_000
const FIRST_REST = 1_000
const LONGEST_REST = 60_000

export function createEndpoint(url: string, chainId: number, label: string, clock: Clock): Endpoint {
  const transport = rpcOver(url, TIMEOUT)
  const probe = rpcOver(url, PROBE_TIMEOUT)
  let right = false
  let failures = 0
  let restUntil = 0
  let latency = 0
  let head: Head | undefined

  const ask = async (through: typeof transport, call: RpcCall): Promise<unknown> => {
    const started = performance.now()
    try {
      const answer = await through(call)
      if (answer === undefined) throw new BaseError(`${label} answered ${call.method} with neither result nor error`)
      failures = 0
      restUntil = 0
      return answer
    } catch (error) {
      // Of calls that fail together, in one request or beside each other, one counts.
      if (!isAnswer(error) && clock() >= restUntil) {
        restUntil = clock() + Math.min(LONGEST_REST, FIRST_REST * 2 ** failures)
        failures = Math.min(failures + 1, 16)
      }
      throw error
    } finally {
      const took = performance.now() - started
      latency = latency === 0 ? took : latency * 0.8 + took * 0.2
    }
  }
  const check = async (through: typeof transport) => {
    if (right) return
    const actual = Number(await ask(through, { method: 'eth_chainId' }))
    if (actual !== chainId) throw new WrongChainError(`${label} serves chain ${actual}, not ${chainId}`)
    right = true
  }
  return {
    label,
    get head() {
      return head
    },
    get latency() {
      return latency
    },
    get restUntil() {
      return restUntil
    },
    async request(call) {
      await check(transport)
      return ask(transport, call)
    },
    async readHead() {
      await check(probe)
      const block = await ask(probe, { method: 'eth_getBlockByNumber', params: ['latest', false] })
      head = toHead(block, label)
      return head
    },
    check: () => check(probe),
  }
}

/** A contract that ran into something else than a revert, in the words of geth, anvil, nethermind and erigon. */
const FAILED_EXECUTION = /out ?of ?gas|invalid ?\w* ?opcode|invalid ?jump|stack ?(under|over)flow|opcode .*not defined/i

/** The chain itself has spoken: another endpoint would say the same. */
export function isAnswer(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false
  return (
    error.walk(
      (cause) =>
        cause instanceof RpcRequestError &&
        (cause.code === ExecutionRevertedError.code ||
          ExecutionRevertedError.nodeMessage.test(cause.details) ||
          FAILED_EXECUTION.test(cause.details)),
    ) !== null
  )
}

function toHead(block: unknown, label: string): Head {
  const { number, hash, parentHash, timestamp } = (block ?? {}) as Record<string, unknown>
  if (![number, hash, parentHash, timestamp].every((field) => typeof field === 'string' && field.startsWith('0x'))) {
    throw new BaseError(`${label} gave no whole block`)
  }
  return {
    number: BigInt(number as string),
    hash: hash as Hash,
    parentHash: parentHash as Hash,
    timestamp: Number(timestamp),
  }
}

// Reading a stream: what one endpoint says is held against another where a refusal or money hangs on it, and what a
// reorganisation could still undo is told apart.
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import { type Address, getAbiItem, type Hash, type Hex, toFunctionSelector, toHex } from 'viem'
import type { StreamState } from '../sessions/session.ts'
import { answered } from './answered.ts'
import type { Pool } from './pool.ts'

/** Bit 1 of a stream's flags. */
const CLOSED_FLAG = 2

type Settings = {
  contract: Address
  /** Blocks until a reorganisation is not to be expected. */
  confirmations: number
  /** Token base units that are served of what is not confirmed. */
  unconfirmedLimit: bigint
}

type Read = { deposit: bigint; settled: bigint; stoppedAt: number; flags: number }

/** @returns undefined: this id was never opened. */
export type ReadStream = (id: Hash, known?: StreamState) => Promise<StreamState | undefined>

export function streamReader(pool: Pool, { contract, confirmations, unconfirmedLimit }: Settings): ReadStream {
  const callFor = (id: Hash, block: bigint | 'latest') => {
    const call = { to: contract, data: encodeCall(id) }
    return { method: 'eth_call', params: [call, block === 'latest' ? block : toHex(block)], together: true } as const
  }

  /** What most of them say. Throws when they disagree: nothing is decided then. */
  const agreed = async (id: Hash): Promise<Read> =>
    decode((await pool.agreed(callFor(id, 'latest'), (said) => isOpen(decode(said as Hex)))) as Hex)

  /** The deposit as it was before what can still be undone. */
  const confirmedDeposit = async (id: Hash): Promise<bigint> => {
    const { number } = await pool.head()
    const block = number - BigInt(confirmations)
    if (block < 0n) return 0n
    const said = await pool.fresh(callFor(id, block))
    // The contract itself is younger than that.
    return said === '0x' ? 0n : decode(said as Hex).deposit
  }

  const servable = async (id: Hash, deposit: bigint, known: StreamState | undefined): Promise<bigint> => {
    const settledOnce = known && known.deposit === deposit && known.servable === deposit
    if (settledOnce || confirmations === 0 || deposit <= unconfirmedLimit) return deposit
    const confirmed = await confirmedDeposit(id)
    return confirmed + unconfirmedLimit < deposit ? confirmed + unconfirmedLimit : deposit
  }

  return async (id, known) => {
    const { deposit, settled, stoppedAt, flags } = await answered(agreed(id))
    if (flags === 0) return undefined
    const closed = (flags & CLOSED_FLAG) !== 0
    return { deposit, settled, stoppedAt, closed, servable: await answered(servable(id, deposit, known)) }
  }
}

// The one call that every join takes, by hand: viem looks the function up in the whole ABI each time, for both ways.
const stream = getAbiItem({ abi: x4pnVpnSessionsAbi, name: 'stream' })
const selector = toFunctionSelector(stream)
const fields = stream.outputs[0].components.map(({ name }) => name)
/** Hex digits of a word. */
const WORD = 64

/** @param id 32 bytes. */
const encodeCall = (id: Hash): Hex => `${selector}${id.slice(2)}`

function decode(data: Hex): Read {
  if (data.length !== 2 + WORD * fields.length)
    throw new TypeError(`what the contract says of a stream is no stream: ${data.slice(0, 80)}`)
  const word = (name: (typeof fields)[number]): bigint => {
    const at = 2 + WORD * fields.indexOf(name)
    return BigInt(`0x${data.slice(at, at + WORD)}`)
  }
  return {
    deposit: word('deposit'),
    settled: word('settled'),
    stoppedAt: Number(word('stoppedAt')),
    flags: Number(word('flags')),
  }
}

const isOpen = ({ stoppedAt, flags }: Read) => stoppedAt === 0 && flags !== 0 && (flags & CLOSED_FLAG) === 0

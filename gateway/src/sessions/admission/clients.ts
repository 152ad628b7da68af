// Clients by the address they come from: how many sessions they have here, and what they may still ask of the chain.
// Held in memory alone, never logged, never journalled; after a restart nobody is counted.
import { isIPv6 } from 'node:net'
import { ApiError } from '../../api-error.ts'
import type { Clock } from '../../clock.ts'
import type { Config } from '../../config.ts'
import { countsForLimits, type Session } from '../session.ts'
import type { SessionStore } from '../store.ts'

/** Milliseconds. */
const MINUTE = 60_000

export class Clients {
  readonly #sessions: Pick<SessionStore, 'get'>
  readonly #limits: Config['limits']
  readonly #clock: Clock
  readonly #joined = new Map<string, Set<Session>>()
  /** Calls of the present minute; forgotten with it. */
  #calls = new Map<string, number>()
  #minute = 0

  constructor(sessions: Pick<SessionStore, 'get'>, limits: Config['limits'], clock: Clock) {
    this.#sessions = sessions
    this.#limits = limits
    this.#clock = clock
  }

  /** Throws `ADDRESS_LIMITED` where the client has as many sessions as it may. */
  requireRoom(client: string): void {
    const joined = this.#joined.get(client)
    if (!joined || joined.size < this.#limits.perAddress) return
    this.#forgetEnded(client, joined)
    if ([...joined].filter(countsForLimits).length >= this.#limits.perAddress) {
      throw new ApiError('ADDRESS_LIMITED', `at most ${this.#limits.perAddress}`)
    }
  }

  add(client: string, session: Session): void {
    const joined = this.#joined.get(client) ?? new Set()
    this.#joined.set(client, joined.add(session))
  }

  /** Counts calls to the chain before they are made. Throws `RATE_LIMITED` where none are left in this minute. */
  spend(client: string, calls: number): void {
    const minute = Math.floor(this.#clock() / MINUTE)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#calls = new Map()
      for (const [each, joined] of this.#joined) this.#forgetEnded(each, joined)
    }
    const spent = (this.#calls.get(client) ?? 0) + calls
    if (spent > this.#limits.callsPerMinute) {
      throw new ApiError('RATE_LIMITED', `at most ${this.#limits.callsPerMinute} questions to the chain in a minute`)
    }
    this.#calls.set(client, spent)
  }

  #forgetEnded(client: string, joined: Set<Session>): void {
    for (const session of joined) {
      if (this.#sessions.get(session.stream) !== session) joined.delete(session)
    }
    if (joined.size === 0) this.#joined.delete(client)
  }
}

/** Whom an address stands for: an IPv6 /64 is one client's, an IPv4 address in IPv6 is that address. */
export function clientOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  if (!isIPv6(address)) return address
  const [left = '', right] = address.split('%')[0]?.split('::') ?? []
  const groups = left === '' ? [] : left.split(':')
  const tail = right === undefined || right === '' ? [] : right.split(':')
  const missing = Math.max(0, 8 - groups.length - tail.length)
  const all = right === undefined ? groups : [...groups, ...Array<string>(missing).fill('0'), ...tail]
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

// All sessions in memory, found by stream, by WireGuard key and by address.
import type { Address, Hash, Hex } from 'viem'
import type { Session } from './session.ts'

export class SessionStore {
  readonly #byStream = new Map<Hash, Session>()
  readonly #byKey = new Map<Hex, Session>()
  readonly #addresses4 = new Set<string>()
  /** How many sessions a user has, by the address in lower case. */
  readonly #users = new Map<string, number>()

  get size(): number {
    return this.#byStream.size
  }

  get(stream: Hash): Session | undefined {
    return this.#byStream.get(stream)
  }

  byWireguardKey(key: Hex): Session | undefined {
    return this.#byKey.get(key)
  }

  hasUser(user: Address): boolean {
    return this.#users.has(user.toLowerCase())
  }

  countOfUser(user: Address): number {
    return this.#users.get(user.toLowerCase()) ?? 0
  }

  hasAddress4(address: string): boolean {
    return this.#addresses4.has(address)
  }

  all(): IterableIterator<Session> {
    return this.#byStream.values()
  }

  add(session: Session): void {
    this.#byStream.set(session.stream, session)
    this.#byKey.set(session.wireguardKey, session)
    this.#addresses4.add(session.address4)
    this.#countUser(session.user, 1)
  }

  rotateKey(session: Session, key: Hex): void {
    const here = this.#byStream.get(session.stream) === session
    if (here) this.#byKey.delete(session.wireguardKey)
    session.wireguardKey = key
    if (here) this.#byKey.set(key, session)
  }

  remove(session: Session): void {
    if (this.#byStream.get(session.stream) !== session) return
    this.#byStream.delete(session.stream)
    this.#byKey.delete(session.wireguardKey)
    this.#addresses4.delete(session.address4)
    this.#countUser(session.user, -1)
  }

  #countUser(user: Address, change: 1 | -1): void {
    const key = user.toLowerCase()
    const count = (this.#users.get(key) ?? 0) + change
    if (count > 0) this.#users.set(key, count)
    else this.#users.delete(key)
  }
}

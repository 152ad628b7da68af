// All sessions in memory, found by stream, by WireGuard key and by address.
import type { Address, Hash, Hex } from 'viem'
import type { Session } from './session.ts'

export class SessionStore {
  readonly #byStream = new Map<Hash, Session>()
  readonly #byKey = new Map<Hex, Session>()
  readonly #addresses4 = new Set<string>()
  /** By the address in lower case. */
  readonly #byUser = new Map<string, Session[]>()

  get size(): number {
    return this.#byStream.size
  }

  get(stream: Hash): Session | undefined {
    return this.#byStream.get(stream)
  }

  byWireguardKey(key: Hex): Session | undefined {
    return this.#byKey.get(key)
  }

  ofUser(user: Address): readonly Session[] {
    return this.#byUser.get(user.toLowerCase()) ?? []
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
    const user = session.user.toLowerCase()
    const sessions = this.#byUser.get(user)
    if (sessions) sessions.push(session)
    else this.#byUser.set(user, [session])
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
    const others = this.ofUser(session.user).filter((other) => other !== session)
    if (others.length > 0) this.#byUser.set(session.user.toLowerCase(), others)
    else this.#byUser.delete(session.user.toLowerCase())
  }
}

// All sessions in memory, found by stream, by WireGuard key and by address.
import type { Hash, Hex } from 'viem'
import type { Session } from './session.ts'

export class SessionStore {
  readonly #byStream = new Map<Hash, Session>()
  readonly #byKey = new Map<Hex, Session>()
  readonly #addresses = new Set<string>()

  get size(): number {
    return this.#byStream.size
  }

  get(stream: Hash): Session | undefined {
    return this.#byStream.get(stream)
  }

  byWireguardKey(key: Hex): Session | undefined {
    return this.#byKey.get(key)
  }

  hasAddress(address: string): boolean {
    return this.#addresses.has(address)
  }

  all(): IterableIterator<Session> {
    return this.#byStream.values()
  }

  add(session: Session): void {
    this.#byStream.set(session.stream, session)
    this.#byKey.set(session.wireguardKey, session)
    this.#addresses.add(session.address4).add(session.address6)
  }

  rotateKey(session: Session, key: Hex): void {
    this.#byKey.delete(session.wireguardKey)
    session.wireguardKey = key
    this.#byKey.set(key, session)
  }

  remove(session: Session): void {
    this.#byStream.delete(session.stream)
    this.#byKey.delete(session.wireguardKey)
    this.#addresses.delete(session.address4)
    this.#addresses.delete(session.address6)
  }
}

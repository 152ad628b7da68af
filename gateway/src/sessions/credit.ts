// Carries changed credit to the kernel: changes that come while one is on its way go together in the next.
import type { Gateway } from '../gateway.ts'
import { peerOf } from './peer.ts'
import type { Session } from './session.ts'

export class CreditWriter {
  readonly #gateway: Pick<Gateway, 'tunnel' | 'log'>
  readonly #changed = new Set<Session>()
  #last: Promise<void> = Promise.resolve()
  /** The write that will carry what has changed; undefined when nothing waits. */
  #next: Promise<void> | undefined

  constructor(gateway: Pick<Gateway, 'tunnel' | 'log'>) {
    this.#gateway = gateway
  }

  /** Resolves, and never rejects, when the kernel has it. */
  changed(session: Session): Promise<void> {
    this.#changed.add(session)
    if (!this.#next) {
      this.#next = this.#last.then(() => this.#write())
      this.#last = this.#next
    }
    return this.#next
  }

  async #write(): Promise<void> {
    this.#next = undefined
    const peers = [...this.#changed].map(peerOf)
    this.#changed.clear()
    // A failure cuts nobody who is paid for long: the meter notices a broken table and makes it anew from here.
    await this.#gateway.tunnel
      .setCredit(peers)
      .catch((error: unknown) => this.#gateway.log.error({ error: String(error) }, 'credit was not set'))
  }
}

// Carries changed credit to the kernel: changes that come while one is on its way go together in the next.
import type { Gateway } from '../gateway.ts'
import { peerOf } from './peer.ts'
import type { Session } from './session.ts'

export class CreditWriter {
  readonly #gateway: Pick<Gateway, 'tunnel' | 'log'>
  readonly #changed = new Set<Session>()
  #writing = false

  constructor(gateway: Pick<Gateway, 'tunnel' | 'log'>) {
    this.#gateway = gateway
  }

  changed(session: Session): void {
    this.#changed.add(session)
    if (!this.#writing) void this.#write()
  }

  async #write(): Promise<void> {
    this.#writing = true
    while (this.#changed.size > 0) {
      const peers = [...this.#changed].map(peerOf)
      this.#changed.clear()
      // A failure cuts nobody who is paid for long: the meter notices a broken table and makes it anew from here.
      await this.#gateway.tunnel
        .setCredit(peers)
        .catch((error: unknown) => this.#gateway.log.error({ error }, 'credit was not set'))
    }
    this.#writing = false
  }
}

// Carries changed credit to the kernel: changes that come while one is on its way go together in the next. Between two
// there is a rest, so that a crowd of payers does not keep nft running; what cannot wait ends it.
import type { Gateway } from '../gateway.ts'
import { peerOf } from './peer.ts'
import type { Session } from './session.ts'

/** A write is followed by a rest of this many times as long, and of so many milliseconds at most. */
const REST = 3
const LONGEST_REST = 50
/** Milliseconds after a failure. */
const RETRY_AFTER = 1_000

export class CreditWriter {
  readonly #gateway: Pick<Gateway, 'tunnel' | 'log'>
  readonly #changed = new Set<Session>()
  #last: Promise<void> = Promise.resolve()
  /** The write that will carry what has changed; undefined when nothing waits. */
  #next: Promise<void> | undefined
  #restUntil = Number.NEGATIVE_INFINITY
  /** Ends the rest. */
  #wake: (() => void) | undefined
  #urgent = false

  constructor(gateway: Pick<Gateway, 'tunnel' | 'log'>) {
    this.#gateway = gateway
  }

  /**
   * Resolves, and never rejects, when the kernel has it.
   * @param mayRest The session has credit for longer than a rest.
   */
  changed(session: Session, { mayRest = false } = {}): Promise<void> {
    this.#changed.add(session)
    if (!mayRest) {
      this.#urgent = true
      this.#wake?.()
    }
    if (!this.#next) {
      this.#next = this.#last.then(() => this.#rest()).then(() => this.#write())
      this.#last = this.#next
    }
    return this.#next
  }

  async #rest(): Promise<void> {
    const pause = this.#restUntil - performance.now()
    if (this.#urgent || pause <= 0) return
    await new Promise<void>((done) => {
      const timer = setTimeout(done, pause)
      this.#wake = () => {
        clearTimeout(timer)
        done()
      }
    })
    this.#wake = undefined
  }

  async #write(): Promise<void> {
    this.#next = undefined
    this.#urgent = false
    const sessions = [...this.#changed]
    this.#changed.clear()
    const started = performance.now()
    // Until it succeeds: a cut that is lost would let a session go on for nothing, a raise would stop an honest payer.
    await this.#gateway.tunnel.setCredit(sessions.map(peerOf)).catch((error: unknown) => {
      this.#gateway.log.error({ error: String(error) }, 'credit was not set; it is tried again')
      setTimeout(() => {
        for (const session of sessions) void this.changed(session)
      }, RETRY_AFTER).unref()
    })
    const ended = performance.now()
    this.#restUntil = ended + Math.min(LONGEST_REST, REST * (ended - started))
  }
}

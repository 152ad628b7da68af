// Draining: nobody new is taken in, those who are here go on until they leave or their time is up.
import type { Gateway } from './gateway.ts'
import { isOpen } from './sessions/session.ts'

const LOOK_INTERVAL = 1_000

export class Drain {
  readonly #gateway: Gateway
  readonly #done = Promise.withResolvers<void>()
  #timer: NodeJS.Timeout | undefined

  constructor(gateway: Gateway) {
    this.#gateway = gateway
  }

  /** Resolves when nobody is left, or the time is up. Never, if it was not begun. */
  get done(): Promise<void> {
    return this.#done.promise
  }

  /** @param seconds The longest that it waits; a later call changes it. */
  begin(seconds: number): void {
    const { health, sessions, log, clock } = this.#gateway
    const until = clock() + seconds * 1000
    health.draining = true
    log.info({ sessions: sessions.size, seconds }, 'draining: nobody new is taken in')
    clearInterval(this.#timer)
    this.#timer = setInterval(() => {
      if (clock() < until && [...sessions.all()].some(isOpen)) return
      clearInterval(this.#timer)
      log.info({ sessions: sessions.size }, 'drained')
      this.#done.resolve()
    }, LOOK_INTERVAL)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

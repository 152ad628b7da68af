// Live usage: who listens to which stream.
import { EventEmitter } from 'node:events'
import type { SignedCounters, Usage } from '@x4pn/gateway-api'
import type { Hash } from 'viem'

export type FeedEvent = { event: 'usage'; data: Usage } | { event: 'counters'; data: SignedCounters }

export class UsageFeed {
  readonly #emitter = new EventEmitter().setMaxListeners(0)

  publish(event: FeedEvent): void {
    this.#emitter.emit(event.data.stream, event)
  }

  hasListeners(stream: Hash): boolean {
    return this.#emitter.listenerCount(stream) > 0
  }

  /** @returns how to stop listening. */
  listen(stream: Hash, listener: (event: FeedEvent) => void): () => void {
    this.#emitter.on(stream, listener)
    return () => this.#emitter.off(stream, listener)
  }
}

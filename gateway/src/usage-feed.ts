// Live usage: who listens to which stream.
import type { SignedCounters, Usage } from '@x4pn/gateway-api'
import type { Hash } from 'viem'

export type FeedEvent = { event: 'usage'; data: Usage } | { event: 'counters'; data: SignedCounters }

export type Listener = {
  take: (event: FeedEvent) => void
  /** A newer listener has its place. */
  end: () => void
}

/** A client that opens its stream again leaves silent ones behind: beyond this the oldest goes. */
const MAX_LISTENERS = 4

export class UsageFeed {
  readonly #listeners = new Map<Hash, Set<Listener>>()

  publish(event: FeedEvent): void {
    for (const listener of [...(this.#listeners.get(event.data.stream) ?? [])]) listener.take(event)
  }

  /** Those that somebody listens to. */
  streams(): Hash[] {
    return [...this.#listeners.keys()]
  }

  /** @returns how to stop listening. */
  listen(stream: Hash, listener: Listener): () => void {
    const listeners = this.#listeners.get(stream) ?? new Set()
    this.#listeners.set(stream, listeners.add(listener))
    const [oldest] = listeners
    if (listeners.size > MAX_LISTENERS && oldest) {
      listeners.delete(oldest)
      oldest.end()
    }
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(stream) === listeners) this.#listeners.delete(stream)
    }
  }
}

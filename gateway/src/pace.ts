// How soon the meter reads again. Every reading starts a process; who pays far ahead needs fewer of them.

/** Milliseconds. */
const SHORTEST = 200
/**
 * An honest payer is 3 s ahead. While nobody moves it is this long too: who begins at full speed has 32 MiB for it, which
 * is 600 Mbit/s. A client opens a stream of usage anew that was silent for a second.
 */
const LONGEST = 400
/** Readings until the first session that moves would have used up its credit. */
const READINGS_LEFT = 4

export class Pace {
  #readAt: number | undefined
  #interval = SHORTEST

  /** Milliseconds from one reading to the next. */
  interval(): number {
    return this.#interval
  }

  /** @param moves Bytes that passed since the last reading, and bytes that still may, of each session that moved. */
  took(moves: Iterable<{ passed: bigint; credit: bigint }>, now = performance.now()): void {
    const elapsed = now - (this.#readAt ?? now)
    this.#readAt = now
    this.#interval = LONGEST
    for (const { passed, credit } of moves) {
      const life = (elapsed * Number(credit)) / Number(passed)
      this.#interval = Math.max(SHORTEST, Math.min(this.#interval, life / READINGS_LEFT))
    }
  }
}

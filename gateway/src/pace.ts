// How soon the meter reads again. Every reading costs nft some work; who pays far ahead needs fewer of them.

/** Milliseconds. */
const SHORTEST = 200
/**
 * An honest payer at a steady speed is 3 s ahead. Not while nobody moves: who begins at full speed after a rest may have
 * signed no more than 8 MiB ahead, and has the allowance. A client opens a stream of usage anew that was silent for a second.
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
    let life: number | undefined
    for (const { passed, credit } of moves) {
      life = Math.min(life ?? Number.POSITIVE_INFINITY, (elapsed * Number(credit)) / Number(passed))
    }
    this.#interval = Math.max(SHORTEST, Math.min(LONGEST, (life ?? 0) / READINGS_LEFT))
  }
}

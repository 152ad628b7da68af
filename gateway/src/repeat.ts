// Work that is done again and again, never twice at once, and whose failure ends nothing.

/** Milliseconds from the end of one run to the start of the next. A function is asked after each run, failed or not. */
export type Interval = number | (() => number)

export const millisecondsOf = (interval: Interval): number => (typeof interval === 'number' ? interval : interval())

/**
 * @param rest Or this many times as long as the run took, when that is longer: work that grew leaves room for others.
 */
export function repeat(
  work: () => Promise<void>,
  interval: Interval,
  failed: (error: unknown) => void,
  rest = 0,
): { stop: () => Promise<void> } {
  const wake = Promise.withResolvers<void>()
  let stopped = false
  const loop = async () => {
    while (!stopped) {
      const started = performance.now()
      await work().catch(failed)
      const pause = Math.max(millisecondsOf(interval), rest * (performance.now() - started))
      if (!stopped) await Promise.race([new Promise((next) => setTimeout(next, pause)), wake.promise])
    }
  }
  const running = loop()
  return {
    stop: () => {
      stopped = true
      wake.resolve()
      return running
    },
  }
}

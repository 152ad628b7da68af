// Work that is done again and again, never twice at once, and whose failure ends nothing.

/** @param interval Milliseconds from the end of one run to the start of the next. */
export function repeat(
  work: () => Promise<void>,
  interval: number,
  failed: (error: unknown) => void,
): { stop: () => Promise<void> } {
  const wake = Promise.withResolvers<void>()
  let stopped = false
  const loop = async () => {
    while (!stopped) {
      await work().catch(failed)
      if (!stopped) await Promise.race([new Promise((next) => setTimeout(next, interval)), wake.promise])
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

// Waiting for something to become true, with an end.

export const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds))

/** Asks every `interval` milliseconds until the answer is not undefined or false. */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  timeout: number,
  interval = 100,
): Promise<T> {
  const deadline = Date.now() + timeout
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeout / 1000} s`)
    await sleep(interval)
  }
}

// Ctrl-C and its kin, for a command that has something to put away first.
import type { Screen } from './screen.ts'

/** Resolves at the first signal; a second one is answered, not obeyed, so that nothing is left behind. */
export function untilSignal(screen: Screen): Promise<NodeJS.Signals> {
  return new Promise((done) => {
    let seen = false
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (seen) screen.line('Still stopping …')
        seen = true
        done(signal)
      })
    }
  })
}

/** What a shell reports of a command that a signal ended. */
export const exitCodeOf = (signal: NodeJS.Signals): number => (signal === 'SIGINT' ? 130 : 143)

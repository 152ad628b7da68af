// Rounds of the watcher and the settler: they come soon, and a test waits for so many of them instead of for seconds.
import type { Parts } from '../start.ts'
import { until } from './test-gateway.ts'

const INTERVAL = 50

export function createRounds() {
  const over = { watcher: 0, settler: 0 }
  // A loop asks for its interval at the end of every round.
  const counting = (loop: keyof typeof over) => () => {
    over[loop]++
    return INTERVAL
  }
  const parts: Pick<Parts, 'watchInterval' | 'settleInterval'> = {
    watchInterval: counting('watcher'),
    settleInterval: counting('settler'),
  }
  return {
    /** For a gateway, also for several one after the other. */
    parts,
    /** Two whole rounds of each go by, after those that are under way. */
    pass: async (): Promise<void> => {
      const { watcher, settler } = over
      await until(() => over.watcher >= watcher + 3 && over.settler >= settler + 3)
    },
  }
}

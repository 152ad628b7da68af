// Mutants of the chain, the settlement and the admission.
import type { Mutant } from './mutant.ts'

const admission = 'gateway/src/sessions/admission/admission.test.ts'
const outage = 'gateway/src/chain/outage.test.ts'
const watcher = 'gateway/src/chain/watcher.test.ts'

export const mutants: Mutant[] = [
  {
    pitfall: 25,
    file: 'gateway/src/sessions/admission/clients.ts',
    from: 'if (spent > this.#limits.callsPerMinute) {',
    to: 'if (spent > 1e9 * this.#limits.callsPerMinute) {',
    test: admission,
  },
  {
    pitfall: 26,
    file: 'gateway/src/chain/vouched.ts',
    from: 'vouched.revoked = !holds',
    to: 'vouched.revoked = false',
    test: watcher,
  },
  {
    pitfall: 34,
    file: 'gateway/src/sessions/admission/limits.ts',
    from: '.filter(countsForLimits).length >= perWallet) {',
    to: '.filter(countsForLimits).length >= 1e9 * perWallet) {',
    test: admission,
  },
  {
    pitfall: 34,
    file: 'gateway/src/sessions/admission/clients.ts',
    from: '.filter(countsForLimits).length >= this.#limits.perAddress) {',
    to: '.filter(countsForLimits).length >= 1e9 * this.#limits.perAddress) {',
    test: admission,
  },
  {
    pitfall: 35,
    file: 'gateway/src/chain/answered.ts',
    from: "throw new ApiError('CHAIN_UNAVAILABLE',",
    to: "throw new ApiError('STREAM_UNFUNDED',",
    test: outage,
  },
  {
    pitfall: 36,
    file: 'gateway/src/chain/watcher.ts',
    from: 'const off = ahead > CLOCK_TOLERANCE',
    to: 'const off = ahead > 1e9 * CLOCK_TOLERANCE',
    test: watcher,
  },
  {
    pitfall: 36,
    file: 'gateway/src/chain/pool.ts',
    from: 'if (headAge > 0 && clock() / 1000 - head.timestamp > headAge) return true',
    to: 'if (headAge < 0) return true',
    test: watcher,
  },
  {
    pitfall: 37,
    file: 'gateway/src/sessions/join.ts',
    from: 'gateway.log.info({ stream: session.stream, sessions: sessions.size',
    to: 'gateway.log.info({ client, stream: session.stream, sessions: sessions.size',
    test: 'gateway/src/log.test.ts',
  },
]

// Compares the registry's commitment with what this gateway runs: clients refuse a node whose word is another than its deed.
import { exitPolicyHash, nodeCommitment } from '@x4pn/contracts'
import type { Gateway } from '../gateway.ts'
import { repeat } from '../repeat.ts'

const INTERVAL = 5_000
/** Said again this often while it is so: five seconds times 120. */
const SAY_AGAIN = 120

export function startCommitmentCheck(gateway: Pick<Gateway, 'config' | 'keys' | 'log' | 'record'>): {
  stop: () => Promise<void>
} {
  const { config, keys, log } = gateway
  const running = nodeCommitment(keys.wireguard.publicKey, exitPolicyHash(config.exitPolicy))
  let differed = 0
  const check = async () => {
    const registered = gateway.record?.commitment.toLowerCase()
    if (registered === undefined) return
    if (registered === running) {
      if (differed > 0) log.info({ commitment: running }, "the registry's commitment is this gateway's again")
      differed = 0
      return
    }
    if (differed++ % SAY_AGAIN === 0) {
      log.error(
        { registered, running },
        'THE REGISTRY COMMITS THIS NODE TO ANOTHER EXIT POLICY OR WIREGUARD KEY: clients refuse it. ' +
          'Undo the change of X4PN_EXIT_…, or update the commitment in the registry to the running one.',
      )
    }
  }
  return repeat(check, INTERVAL, (error) => log.error({ error: String(error) }, 'the commitment was not compared'))
}

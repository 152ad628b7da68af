// Compares the registry's commitment with what this gateway runs: clients refuse a node whose word is another than its deed.
import { exitPolicyHash, nodeCommitment } from '@x4pn/contracts'
import type { Gateway } from '../gateway.ts'
import { repeat } from '../repeat.ts'

const INTERVAL = 5_000
/** While they differ it is said again with each so manieth comparison: every ten minutes. */
const SAY_AGAIN = 120

type Compared = Pick<Gateway, 'config' | 'keys' | 'log' | 'record'>

export function startCommitmentCheck(gateway: Compared): { stop: () => Promise<void> } {
  const compare = commitmentCheck(gateway)
  return repeat(
    async () => compare(),
    INTERVAL,
    (error) => gateway.log.error({ error: String(error) }, 'the commitment was not compared'),
  )
}

/** @returns one comparison. Nothing is said before the registry was read. */
export function commitmentCheck(gateway: Compared): () => void {
  const { config, keys, log } = gateway
  const running = nodeCommitment(keys.wireguard.publicKey, exitPolicyHash(config.exitPolicy))
  let differed = 0
  return () => {
    const registered = gateway.record?.commitment.toLowerCase()
    if (registered === undefined) return
    if (registered === running) {
      if (differed > 0) log.info({ commitment: running }, 'the registry commits this node to what it runs again')
      differed = 0
    } else if (differed++ % SAY_AGAIN === 0) {
      log.error(
        { registered, running },
        'THE REGISTRY COMMITS THIS NODE TO ANOTHER EXIT POLICY OR WIREGUARD KEY, AND CLIENTS REFUSE IT: ' +
          'undo the change of X4PN_EXIT_…, or set the commitment in the registry to the running one.',
      )
    }
  }
}

// The network this page talks to: from the link, else as it was chosen before, else none.
import { type Network, parseNetwork } from '@x4pn/client'
import { vault } from '../vault/vault.ts'
import { LOCAL_CHAIN_ID, networkOfLink } from './link.ts'

const KEY = 'network'

export type Choice = {
  network: Network | undefined
  /** From a link, and not to be used before a person has agreed. */
  offered?: Network
  /** The link, or what was kept, is not a network. */
  problem?: unknown
}

export async function chooseNetwork(hash: string): Promise<Choice> {
  try {
    const linked = networkOfLink(hash)
    const kept = await readKept()
    // Taken without asking, unless it would replace a network where there is something to lose.
    if (linked?.chainId === LOCAL_CHAIN_ID && (kept === undefined || kept.chainId === LOCAL_CHAIN_ID)) {
      await keepNetwork(linked)
      return { network: linked }
    }
    return linked ? { network: kept, offered: linked } : { network: kept }
  } catch (problem) {
    return { network: await readKept().catch(() => undefined), problem }
  }
}

async function readKept(): Promise<Network | undefined> {
  const kept = await vault.read(KEY)
  return kept === undefined ? undefined : parseNetwork(kept)
}

/** Throws an `EngineError` (`NETWORK_INVALID`) for what is not a network. */
export async function keepNetwork(network: Network): Promise<void> {
  await vault.write(KEY, parseNetwork(network))
}

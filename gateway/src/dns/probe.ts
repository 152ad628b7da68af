// Whether a resolver answers: asked for the one name that it knows without asking anybody.
import { Resolver } from 'node:dns/promises'

const TIMEOUT = 1_000

export async function answers(address: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: TIMEOUT, tries: 1 })
  resolver.setServers([address])
  try {
    return (await resolver.resolve4('localhost')).length > 0
  } catch {
    return false
  }
}

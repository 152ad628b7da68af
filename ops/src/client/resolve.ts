// Asks for a name's addresses: at a given resolver, or as any program of this host would.
import { lookup, Resolver } from 'node:dns/promises'

const TIMEOUT = 2_000

export async function resolve(
  name: string,
  family: 4 | 6,
  server?: string,
): Promise<{ addresses: string[]; error?: string }> {
  try {
    if (server === undefined) {
      return { addresses: (await lookup(name, { family, all: true })).map(({ address }) => address) }
    }
    const resolver = new Resolver({ timeout: TIMEOUT, tries: 1 })
    resolver.setServers([server])
    return { addresses: family === 4 ? await resolver.resolve4(name) : await resolver.resolve6(name) }
  } catch (error) {
    return { addresses: [], error: error instanceof Error && 'code' in error ? String(error.code) : String(error) }
  }
}

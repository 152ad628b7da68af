// fetch whose connections can be dropped: those from before a tunnel came up go silent without an error afterwards, as
// the system sends their packets into the tunnel under an address that is not the tunnel's. A browser drops them itself.
import { Agent, fetch as undiciFetch } from 'undici'

export type FreshFetch = { fetch: typeof fetch; dropConnections: () => void }

export function createFreshFetch(): FreshFetch {
  let agent = new Agent()
  return {
    fetch: ((input: string, init?: RequestInit) =>
      undiciFetch(input, {
        ...(init as Parameters<typeof undiciFetch>[1]),
        dispatcher: agent,
      })) as unknown as typeof fetch,
    dropConnections() {
      const old = agent
      agent = new Agent()
      void old.destroy()
    },
  }
}

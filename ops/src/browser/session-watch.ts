// Listens to what the page's worker says of its session, from inside the page, and keeps when it said it.
import type { Page } from 'playwright-core'

type Heard = {
  /** Unix milliseconds, at the page. */
  at: number
  phase: string
  lastSigned: bigint
  usedBytes: bigint
  /** Unix milliseconds of the node's count. */
  countedAt: number
  throughTunnel: boolean | undefined
}

export type SessionWatch = {
  heard: () => Promise<Heard[]>
  /** Milliseconds from `since` until something is heard that fits. Polls; throws when it takes longer than `timeout`. */
  until: (what: string, since: number, fits: (heard: Heard) => boolean, timeout?: number) => Promise<number>
}

type State = {
  phase: string
  lastSigned: string
  throughTunnel?: boolean
  usage?: { usedBytes: string; at: number }
}
type Watched = { journeyHeard: { at: number; state: State }[] }

export async function watchSession(page: Page): Promise<SessionWatch> {
  const [stream = ''] = /0x[0-9a-f]{64}/.exec(page.url()) ?? []
  await page.evaluate((name) => {
    const watched = window as never as Watched
    watched.journeyHeard = []
    new BroadcastChannel(name).addEventListener('message', ({ data }) => {
      if (data.to === 'pages') watched.journeyHeard.push({ at: Date.now(), state: data.state })
    })
  }, `x4pn/session/${stream}`)
  const heard = async (): Promise<Heard[]> => {
    const all = await page.evaluate(() => (window as never as Watched).journeyHeard)
    return all.map(({ at, state: { phase, lastSigned, throughTunnel, usage } }) => ({
      at,
      phase,
      throughTunnel,
      lastSigned: BigInt(lastSigned),
      usedBytes: BigInt(usage?.usedBytes ?? 0),
      countedAt: usage?.at ?? 0,
    }))
  }
  return {
    heard,
    async until(what, since, fits, timeout = 20_000) {
      for (;;) {
        const found = (await heard()).find((one) => one.at >= since && fits(one))
        if (found) return found.at - since
        if (Date.now() - since > timeout) throw new Error(`${what}: not within ${timeout / 1000} s`)
        await new Promise((next) => setTimeout(next, 50))
      }
    },
  }
}

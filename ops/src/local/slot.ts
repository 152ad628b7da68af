// One place for each copy of the local network on a machine: names, addresses and ports follow from its number.
// A place is held by an abstract socket, which the kernel frees however the holder dies.
import { createServer } from 'node:net'
import type { Cleanup } from './cleanup.ts'

/** Copies side by side on one machine: eight /27 of TEST-NET-3. */
const SLOTS = 8

export type Slot = {
  number: number
  /** Namespaces: a network in the middle, two nodes, two clients. */
  namespaces: { internet: string; node: string; second: string; client: string; stranger: string }
  /** Interfaces that share one folder of control sockets on the machine, so their names differ between copies. */
  interfaces: { node: string; second: string; client: string; stranger: string; host: string }
  /** Wanted ports; a taken one moves. */
  ports: {
    rpc: number
    graphql: number
    graphAdmin: number
    graphIndexNode: number
    graphMetrics: number
    ipfs: number
    postgres: number
    api: number
    secondApi: number
    site: number
  }
}

export async function takeSlot(cleanup: Cleanup): Promise<Slot> {
  for (let number = 0; number < SLOTS; number++) {
    const leave = await takePlace(number)
    if (!leave) continue
    cleanup.add(`place ${number}`, leave)
    return slotOf(number)
  }
  throw new Error(`${SLOTS} local networks run on this machine already. Stop one of them.`)
}

/** @returns what gives the place back; undefined when somebody has it. */
export async function takePlace(number: number): Promise<(() => Promise<void>) | undefined> {
  const server = createServer()
  const taken = await new Promise<boolean>((done) => {
    server.once('error', () => done(false))
    server.listen(`\0x4pn-local-${number}`, () => done(true))
  })
  return taken ? () => new Promise((done) => server.close(() => done())) : undefined
}

function slotOf(number: number): Slot {
  const shift = number * 100
  return {
    number,
    namespaces: {
      internet: `x4pn${number}-internet`,
      node: `x4pn${number}-node`,
      second: `x4pn${number}-second`,
      client: `x4pn${number}-client`,
      stranger: `x4pn${number}-stranger`,
    },
    interfaces: {
      node: `x4pn${number}n`,
      second: `x4pn${number}m`,
      client: `x4pn${number}c`,
      stranger: `x4pn${number}s`,
      host: `x4pn${number}h`,
    },
    ports: {
      rpc: 8545 + shift,
      graphql: 8000 + shift,
      graphAdmin: 8020 + shift,
      graphIndexNode: 8030 + shift,
      graphMetrics: 8040 + shift,
      ipfs: 5001 + shift,
      postgres: 5433 + shift,
      api: 8443 + shift,
      secondApi: 8444 + shift,
      site: 8080 + shift,
    },
  }
}

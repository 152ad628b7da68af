// Where records live: IndexedDB, which page and worker share; or, on a path gateway, memory only: there every site of
// that gateway has the same origin and could read the keys.
import { createStore, get, keys, set, type UseStore, update } from 'idb-keyval'
import { isPathGateway } from '../network/path-gateway.ts'

export type Vault = {
  read<Value>(key: string): Promise<Value | undefined>
  write(key: string, value: unknown): Promise<void>
  /** In one step, whoever else writes. */
  change<Value>(key: string, change: (kept: Value | undefined) => Value | undefined): Promise<void>
  /** Keys that begin with `prefix`. */
  keys(prefix: string): Promise<string[]>
  /** False: everything is gone with the page. */
  lasting: boolean
}

function memoryVault(): Vault {
  const values = new Map<string, unknown>()
  return {
    lasting: false,
    read: async <Value>(key: string) => structuredClone(values.get(key)) as Value | undefined,
    write: async (key, value) => void values.set(key, structuredClone(value)),
    change: async <Value>(key: string, change: (kept: Value | undefined) => Value | undefined) =>
      void values.set(key, structuredClone(change(values.get(key) as Value | undefined))),
    keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
  }
}

function databaseVault(store: UseStore): Vault {
  return {
    lasting: true,
    read: (key) => get(key, store),
    write: (key, value) => set(key, value, store),
    change: (key, change) => update(key, change as (kept: unknown) => unknown, store),
    keys: async (prefix) => (await keys<string>(store)).filter((key) => key.startsWith(prefix)),
  }
}

/** A worker's own script lies under the same path as the page. */
export const vault: Vault = isPathGateway(location.pathname)
  ? memoryVault()
  : databaseVault(createStore('x4pn', 'records'))

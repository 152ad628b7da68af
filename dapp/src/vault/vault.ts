// Where records live: IndexedDB, which page and worker share; or, on a path gateway, memory only: there every site of
// that gateway has the same origin and could read the keys.
import { createStore, del, get, keys, set, type UseStore } from 'idb-keyval'
import { isPathGateway } from '../network/path-gateway.ts'

export type Vault = {
  read<Value>(key: string): Promise<Value | undefined>
  write(key: string, value: unknown): Promise<void>
  remove(key: string): Promise<void>
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
    remove: async (key) => void values.delete(key),
    keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
  }
}

function databaseVault(store: UseStore): Vault {
  return {
    lasting: true,
    read: (key) => get(key, store),
    write: (key, value) => set(key, value, store),
    remove: (key) => del(key, store),
    keys: async (prefix) => (await keys<string>(store)).filter((key) => key.startsWith(prefix)),
  }
}

/** A worker's own script lies under the same path as the page. */
export const vault: Vault = isPathGateway(location.pathname)
  ? memoryVault()
  : databaseVault(createStore('x4pn', 'records'))

// keccak256 in WebAssembly: a receipt takes five of them, and in plain JavaScript each costs ten times as much.
import { createKeccak } from 'hash-wasm'

const hasher = await createKeccak(256)

export function keccak256(bytes: Uint8Array): Uint8Array {
  return hasher.init().update(bytes).digest('binary')
}

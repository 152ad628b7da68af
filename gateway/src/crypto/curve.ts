// The curve secp256k1: libsecp256k1 itself, or where it has no binary for this machine, the same library as WebAssembly.
import { createRequire } from 'node:module'
import * as wasm from 'tiny-secp256k1'

export type Curve = {
  name: 'native' | 'wasm'
  /** 65 bytes, uncompressed; undefined when no key can have signed so. `signature` is r and s, 32 bytes each. */
  recover: (hash: Uint8Array, signature: Uint8Array, parity: 0 | 1) => Uint8Array | undefined
  /** Three quarters of what recovering costs, and blind to the parity. `publicKey` as `recover` gives it. */
  verify: (hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array) => boolean
  /** Deterministic (RFC 6979), with a low s. */
  sign: (hash: Uint8Array, key: Uint8Array) => { signature: Uint8Array; parity: 0 | 1 }
}

type Native = {
  ecdsaRecover: (signature: Uint8Array, parity: number, hash: Uint8Array, compressed: boolean) => Uint8Array
  ecdsaVerify: (signature: Uint8Array, hash: Uint8Array, publicKey: Uint8Array) => boolean
  ecdsaSign: (hash: Uint8Array, key: Uint8Array) => { signature: Uint8Array; recid: number }
}

/** The package's main file falls back to slow JavaScript without a word: its binding is loaded by name. */
const loadNative = (): Native => createRequire(import.meta.url)('secp256k1/bindings.js')

/** @param load Throws where there is no binary. */
export function loadCurve(load: () => Native = loadNative): Curve {
  try {
    return nativeCurve(load())
  } catch {
    return wasmCurve
  }
}

function nativeCurve(native: Native): Curve {
  return {
    name: 'native',
    recover(hash, signature, parity) {
      try {
        return native.ecdsaRecover(signature, parity, hash, false)
      } catch {
        return undefined
      }
    },
    verify(hash, signature, publicKey) {
      try {
        return native.ecdsaVerify(signature, hash, publicKey)
      } catch {
        return false
      }
    },
    sign(hash, key) {
      const { signature, recid } = native.ecdsaSign(hash, key)
      return { signature, parity: parityOf(recid) }
    },
  }
}

const wasmCurve: Curve = {
  name: 'wasm',
  recover(hash, signature, parity) {
    try {
      return wasm.recover(hash, signature, parity, false) ?? undefined
    } catch {
      return undefined
    }
  },
  verify(hash, signature, publicKey) {
    try {
      return wasm.verify(hash, publicKey, signature)
    } catch {
      return false
    }
  },
  sign(hash, key) {
    const { signature, recoveryId } = wasm.signRecoverable(hash, key)
    return { signature, parity: parityOf(recoveryId) }
  },
}

/** Above 1 the x of the nonce's point was cut to the order: it happens once in 2^127 signatures. */
function parityOf(recoveryId: number): 0 | 1 {
  if (recoveryId !== 0 && recoveryId !== 1) throw new RangeError(`a signature with the recovery id ${recoveryId}`)
  return recoveryId
}

export const curve = loadCurve()

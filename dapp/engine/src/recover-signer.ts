// Whose signature it is. Node keys are plain keys, so recovering is enough.
import {
  type Address,
  compactSignatureToSignature,
  type Hash,
  type Hex,
  isAddressEqual,
  parseCompactSignature,
  recoverAddress,
  serializeSignature,
  size,
} from 'viem'

/** True when `signer` signed `hash`; 64 bytes (EIP-2098) and 65 bytes are both taken. Never throws. */
export async function isSignedBy(signer: Address, hash: Hash, signature: Hex): Promise<boolean> {
  try {
    const full = size(signature) === 64 ? expand(signature) : signature
    if (size(full) !== 65) return false
    return isAddressEqual(await recoverAddress({ hash, signature: full }), signer)
  } catch {
    return false
  }
}

function expand(compact: Hex): Hex {
  return serializeSignature(compactSignatureToSignature(parseCompactSignature(compact)))
}

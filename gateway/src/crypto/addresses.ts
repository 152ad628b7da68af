// Hashes of addresses, many a second: the id of a stream, and the checksum of EIP-55.
import type { Address, Hash } from 'viem'
import { keccak256 } from './keccak.ts'
import { toHex } from './signature.ts'

/** keccak256(user, node, sessionKey), as `streamId` of @x4pn/contracts. */
export function streamOf(user: Address, node: Address, sessionKey: Uint8Array | Address): Hash {
  const id = Buffer.alloc(60)
  id.write(user.slice(2), 0, 'hex')
  id.write(node.slice(2), 20, 'hex')
  if (typeof sessionKey === 'string') id.write(sessionKey.slice(2), 40, 'hex')
  else id.set(sessionKey, 40)
  return toHex(keccak256(id))
}

/** Whether the letters are in the case that EIP-55 gives them. */
export function isChecksummed(address: string): boolean {
  const digits = address.slice(2)
  const hash = Buffer.from(keccak256(Buffer.from(digits.toLowerCase()))).toString('hex')
  return [...digits].every((digit, at) => {
    if (digit >= '0' && digit <= '9') return true
    return /[A-F]/.test(digit) === Number.parseInt(hash[at] ?? '', 16) > 7
  })
}

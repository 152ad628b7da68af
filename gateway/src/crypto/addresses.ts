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

/** With the letters in the case that EIP-55 gives them. @param address 20 bytes in hex, whatever their case. */
export function checksummed(address: string): Address {
  const digits = address.slice(2).toLowerCase()
  const hash = keccak256(Buffer.from(digits))
  let written = ''
  for (let at = 0; at < digits.length; at++) {
    const nibble = ((hash[at >> 1] ?? 0) >> (at % 2 === 0 ? 4 : 0)) & 15
    written += nibble > 7 ? digits.charAt(at).toUpperCase() : digits.charAt(at)
  }
  return `0x${written}`
}

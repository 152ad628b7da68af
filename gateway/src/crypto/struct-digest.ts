// EIP-712 digests of flat structs: type hash and domain are hashed once, each message is one buffer. The definitions
// are those of @x4pn/contracts.
import { type Address, hashDomain, isHex, size } from 'viem'
import { keccak256 } from './keccak.ts'

type Field = { name: string; type: string }
type Value = string | bigint | number
type Domain = { name: string; version: string; chainId: number; verifyingContract: Address }
type Types = Record<string, readonly Field[]>

/** The value of a field, as the type of its struct wants it. */
type ValueOf<Type extends string> = Type extends `uint${string}` ? bigint | number : string
export type MessageOf<Fields extends readonly Field[]> = {
  [F in Fields[number] as F['name']]: ValueOf<F['type']>
}

const WORD = 32

/** Throws on a value that its field cannot hold. */
export function structDigest<T extends Types, Name extends string & keyof T>(domain: Domain, types: T, name: Name) {
  const fields = types[name] ?? []
  const typeHash = keccak256(Buffer.from(`${name}(${fields.map((field) => `${field.type} ${field.name}`).join(',')})`))
  const struct = Buffer.alloc(WORD * (fields.length + 1))
  struct.set(typeHash)
  const writers = fields.map((field, index) => ({ name: field.name, write: writer(field, struct, WORD * (index + 1)) }))
  const whole = Buffer.alloc(2 + 2 * WORD)
  whole.write('1901', 'hex')
  whole.write(domainSeparator(domain).slice(2), 2, 'hex')

  return (message: MessageOf<T[Name]>): Uint8Array => {
    const values = message as Record<string, Value>
    for (const field of writers) field.write(values[field.name] as Value)
    whole.set(keccak256(struct), 2 + WORD)
    return keccak256(whole)
  }
}

const domainSeparator = (domain: Domain) =>
  hashDomain({
    domain: { ...domain, chainId: BigInt(domain.chainId) },
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
        { name: 'verifyingContract', type: 'address' },
      ],
    },
  })

function writer({ name, type }: Field, into: Buffer, at: number): (value: Value) => void {
  if (type === 'string') return (value) => void into.set(keccak256(Buffer.from(value as string)), at)
  const bytes = type === 'address' ? 20 : type === 'bytes32' ? WORD : 0
  if (bytes > 0) {
    return (value) => {
      if (!isHex(value) || size(value) !== bytes || into.write(value.slice(2), at + WORD - bytes, 'hex') !== bytes) {
        throw new TypeError(`${name} is not ${bytes} bytes of hex: ${value}`)
      }
    }
  }
  const [, bits] = /^uint(\d+)$/.exec(type) ?? []
  if (bits === undefined || Number(bits) > 128)
    throw new TypeError(`${name} has a type that is not known here: ${type}`)
  const limit = 1n << BigInt(bits)
  return (value) => {
    const amount = BigInt(value)
    if (amount < 0n || amount >= limit) throw new RangeError(`${name} is no ${type}: ${value}`)
    into.writeBigUInt64BE(amount >> 64n, at + 16)
    into.writeBigUInt64BE(BigInt.asUintN(64, amount), at + 24)
  }
}

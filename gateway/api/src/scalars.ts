// The scalars of the API. JSON has no 64-bit integers: money and bytes travel as decimal strings.
import Type from 'typebox'
import type { Address as ViemAddress, Hash as ViemHash, Hex as ViemHex } from 'viem'

export const Address = Type.Unsafe<ViemAddress>(
  Type.String({ pattern: '^0x[0-9a-fA-F]{40}$', description: 'Ethereum address' }),
)
export const Bytes32 = Type.Unsafe<ViemHash>(Type.String({ pattern: '^0x[0-9a-fA-F]{64}$', description: '32 bytes' }))
export const Signature = Type.Unsafe<ViemHex>(
  Type.String({ pattern: '^0x([0-9a-fA-F]{2}){64,4096}$', description: 'ECDSA (64 or 65 bytes) or ERC-1271' }),
)
export const CompactSignature = Type.Unsafe<ViemHex>(
  Type.String({ pattern: '^0x[0-9a-fA-F]{128}$', description: 'EIP-2098, 64 bytes' }),
)
export const Amount = Type.String({
  pattern: '^(0|[1-9][0-9]{0,28})$',
  description: 'Token base units (USDC: 10^-6), decimal',
})
export const ByteCount = Type.String({ pattern: '^(0|[1-9][0-9]{0,19})$', description: 'Bytes, decimal' })
export const Rate = Type.String({ pattern: '^(0|[1-9][0-9]{0,19})$', description: '10^-18 tokens a second, decimal' })
export const UnixSeconds = Type.Integer({ minimum: 0, maximum: 2 ** 40 - 1, description: 'Unix seconds' })

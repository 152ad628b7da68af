// Which stream a receipt is of: the one of the key that signed it.
import { recoverSessionKey, type SignedReceipt, streamId } from '@x4pn/contracts'
import { type Hash, hexToBigInt, slice } from 'viem'
import type { Config } from '../config.ts'

/** Half the order of secp256k1, rounded down. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n
const S_BITS = 2n ** 255n - 1n

/** Undefined when the signature is not one that the contract would take too: then there is no money in it. */
export async function streamOfReceipt(
  { chainId, sessions }: Pick<Config, 'chainId' | 'sessions'>,
  receipt: SignedReceipt,
): Promise<Hash | undefined> {
  const s = hexToBigInt(slice(receipt.signature, 32)) & S_BITS
  if (s > HALF_ORDER) return undefined
  const context = { chainId, contract: sessions }
  const sessionKey = await recoverSessionKey(context, receipt).catch(() => undefined)
  return sessionKey && streamId({ user: receipt.user, node: receipt.node, sessionKey })
}

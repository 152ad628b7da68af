// Which stream a receipt is of: the one of the key that signed it.
import { recoverSessionKey, type SignedReceipt, streamId } from '@x4pn/contracts'
import type { Hash } from 'viem'
import type { Config } from '../config.ts'

/** Undefined when the signature is not one that the contract would take too: then there is no money in it. */
export async function streamOfReceipt(
  { chainId, sessions }: Pick<Config, 'chainId' | 'sessions'>,
  receipt: SignedReceipt,
): Promise<Hash | undefined> {
  const context = { chainId, contract: sessions }
  const sessionKey = await recoverSessionKey(context, receipt).catch(() => undefined)
  return sessionKey && streamId({ user: receipt.user, node: receipt.node, sessionKey })
}

// What a transaction offers for its gas: what the chain asks now, and more when it is stuck, never above a ceiling.
// All of it in 10⁻¹⁸ coins for a unit of gas.
import type { PublicClient } from 'viem'
import { answered } from './answered.ts'

export type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }

class GasTooDearError extends Error {
  override name = 'GasTooDearError'
}

const min = (a: bigint, b: bigint) => (a < b ? a : b)
/** Chains take a replacement that offers 12.5 % more, most of them from 10 % on. */
const dearer = (fee: bigint) => (fee * 1125n) / 1000n + 1n

export const gasPrice = (client: PublicClient): Promise<bigint> => answered(client.getGasPrice())

export async function feesNow(client: PublicClient, ceiling: bigint): Promise<Fees> {
  const { maxFeePerGas, maxPriorityFeePerGas } = await answered(client.estimateFeesPerGas())
  const price = await gasPrice(client)
  if (price > ceiling) throw new GasTooDearError(`gas costs ${price} wei, and at most ${ceiling} is paid`)
  return {
    maxFeePerGas: min(maxFeePerGas, ceiling),
    maxPriorityFeePerGas: min(maxPriorityFeePerGas, min(maxFeePerGas, ceiling)),
  }
}

/** So much more of both that a replacement is taken; undefined where the ceiling does not let it. */
export function raised({ maxFeePerGas, maxPriorityFeePerGas }: Fees, ceiling: bigint): Fees | undefined {
  const fee = dearer(maxFeePerGas)
  return fee > ceiling ? undefined : { maxFeePerGas: fee, maxPriorityFeePerGas: min(dearer(maxPriorityFeePerGas), fee) }
}

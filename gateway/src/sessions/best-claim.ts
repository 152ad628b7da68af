// Which of two receipts of one stream counts: the one that claims more.
import type { SignedReceipt } from '@x4pn/contracts'

export function isBetter(receipt: SignedReceipt, best: SignedReceipt | undefined): boolean {
  return receipt.cumulative > (best?.cumulative ?? 0n)
}

// What went wrong, as the screens and the worker's messages carry it.
import { EngineError } from '@x4pn/client'

/** `details` may be a stranger's text. */
export type Problem = { code: string; message: string; details?: string | undefined }

/** A step needs the person's wallet, and none is connected. */
export class WalletNeeded extends Error {
  override name = 'WalletNeeded'
}

/** Of anything thrown, its innermost error that has a code. */
export function problemOf(error: unknown): Problem {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof EngineError) return { code: cause.code, message: cause.shortMessage, details: cause.details }
    if (cause instanceof WalletNeeded) return { code: 'WALLET_NEEDED', message: cause.message }
  }
  return { code: 'UNKNOWN', message: error instanceof Error ? error.message : String(error) }
}

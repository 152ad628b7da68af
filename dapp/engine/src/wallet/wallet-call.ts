// Asks a wallet, and tells a person's "no" from a failure.
import { BaseError, UserRejectedRequestError } from 'viem'
import { EngineError } from '../errors.ts'

export async function walletCall<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (cause) {
    const rejected = cause instanceof BaseError && cause.walk((error) => error instanceof UserRejectedRequestError)
    const details = cause instanceof BaseError ? cause.shortMessage : undefined
    throw new EngineError(rejected ? 'WALLET_REJECTED' : 'WALLET_FAILED', { details, cause })
  }
}
